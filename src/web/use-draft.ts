import { useEffect, useRef, useState } from 'react';
import { forgetDevice, readDevice, writeDevice } from './device-store.ts';
import { type Draft, EMPTY_DRAFT } from './draft.ts';

/** How long after the last change a draft is kept, milliseconds. */
const KEEP_AFTER_MS = 400;

/** A draft kept on this device as it is written; `undefined` until what was kept before has been read. */
export function useDraft(prefix: string, key: string, initial: Readonly<Record<string, string>>) {
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const [kept, setKept] = useState(false);
  const first = useRef(initial);
  useEffect(() => {
    let current = true;
    const begin = { ...EMPTY_DRAFT, texts: first.current };
    readDevice<Draft>(prefix, 'drafts', key)
      .then((found) => {
        if (!current) return;
        setDraft(found ?? begin);
        setKept(found !== undefined);
      })
      // Storage refused (private window): the draft lives as long as the page.
      .catch(() => current && setDraft(begin));
    return () => {
      current = false;
    };
  }, [prefix, key]);
  const changed = useRef(false);
  useEffect(() => {
    if (draft === undefined || !changed.current) return;
    const timer = setTimeout(() => {
      writeDevice(prefix, 'drafts', key, draft).then(
        () => setKept(true),
        () => setKept(false),
      );
    }, KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, prefix, key]);
  return {
    draft,
    kept,
    change: (change: (draft: Draft) => Draft) => {
      changed.current = true;
      setKept(false);
      setDraft((now) => (now === undefined ? now : change(now)));
    },
    /** Sent or thrown away: nothing of it stays here. */
    forget: async () => {
      changed.current = false;
      setKept(false);
      await forgetDevice(prefix, 'drafts', key);
    },
  };
}

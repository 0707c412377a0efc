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
  /** Whether something is not kept yet; nothing is once it was sent or thrown away, so that it does not come back into the next form. */
  const changed = useRef(false);
  const latest = useRef<Draft | undefined>(undefined);
  useEffect(() => {
    latest.current = draft;
    if (draft === undefined || !changed.current) return;
    const timer = setTimeout(() => {
      keep(prefix, key, changed, latest).then(
        () => setKept(!changed.current),
        () => setKept(false),
      );
    }, KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, prefix, key]);
  // Whoever leaves the page at once finds the last words again too.
  useEffect(() => () => void keep(prefix, key, changed, latest).catch(() => undefined), [prefix, key]);
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

/** Writes what is not kept yet. */
async function keep(prefix: string, key: string, changed: { current: boolean }, latest: { readonly current: Draft | undefined }): Promise<void> {
  if (!changed.current || latest.current === undefined) return;
  changed.current = false;
  await writeDevice(prefix, 'drafts', key, latest.current);
}

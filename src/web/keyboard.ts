import { useEffect, useRef } from 'react';
import { usePrefs } from './prefs.ts';

/** What single keys do on a page; sequences are written with a space, as in `g t`. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** How long the second key of a sequence is waited for. */
const SEQUENCE_MS = 1000;

/** Binds single keys while the page is shown, unless they were turned off (WCAG 2.1.4) or somebody is typing. */
export function useKeys(map: KeyMap): void {
  const { keys } = usePrefs();
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    if (!keys) return;
    let first = '';
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const sequence = event.timeStamp - at < SEQUENCE_MS && first !== '' ? `${first} ${event.key}` : event.key;
      const act = latest.current[sequence] ?? latest.current[event.key];
      first = event.key;
      at = event.timeStamp;
      if (act === undefined) return;
      first = '';
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keys]);
}

/** Moves focus to the next (+1) or previous (-1) document on the page; the first or last when none has it. */
export function moveFocus(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('main .row-link, main .channel-link')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? links.at(step === 1 ? 0 : -1) : links[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="menu"], [role="dialog"], [role="listbox"]') !== null)
  );
}

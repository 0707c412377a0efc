import { useSyncExternalStore } from 'react';

/** What a person chose for this device; never sent anywhere. */
export type Prefs = { readonly theme: 'auto' | 'light' | 'dark'; readonly keys: boolean; readonly language: string | undefined };

const NAME = 'parley.prefs';
const DEFAULTS: Prefs = { theme: 'auto', keys: true, language: undefined };
const listeners = new Set<() => void>();
let current = read();

/** The choices of this device, live. */
export function usePrefs(): Prefs {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Changes some choices and remembers them on this device. */
export function setPrefs(change: Partial<Prefs>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(NAME, JSON.stringify(current));
  } catch {
    // Storage refused (private window): the choice holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

function read(): Prefs {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}');
    if (typeof value !== 'object' || value === null) return DEFAULTS;
    const given = value as Record<string, unknown>;
    return {
      theme: given.theme === 'light' || given.theme === 'dark' ? given.theme : 'auto',
      keys: given.keys !== false,
      language: typeof given.language === 'string' ? given.language : undefined,
    };
  } catch {
    return DEFAULTS;
  }
}

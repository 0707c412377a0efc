/** What became of a nonce: fresh and now remembered, seen before, or no room to remember it. */
export type NonceVerdict = 'fresh' | 'seen' | 'full';

/** Remembers nonces until they expire. */
export type NonceMemory = { take(keyid: string, nonce: string, expires: number, now: number): NonceVerdict };

/** One key's live nonces: 200 requests a second through the five minutes that one lives. About 6 MB. */
const MAX_NONCES_A_KEY = 65_536;
/** All keys' live nonces: about 50 MB, whatever the peers do together. */
const MAX_NONCES = 524_288;
/** Nonces are dropped by the slice of time in which they expire. */
const SLICE_SECONDS = 60;

/**
 * The {@link NonceMemory} of one process. Full, it refuses and never forgets early: forgetting is what a replay waits for. One key that floods
 * fills its own share alone.
 *
 * It does not outlive the process and is not shared between processes. That is enough here: every write on the peers' door is idempotent by its
 * position, so a request replayed across a restart changes nothing.
 */
export function nonceMemory(limits: { readonly perKey?: number; readonly total?: number } = {}): NonceMemory {
  const { perKey = MAX_NONCES_A_KEY, total = MAX_NONCES } = limits;
  const slices = new Map<number, Map<string, Set<string>>>();
  const counts = new Map<string, number>();
  let size = 0;

  const forget = (now: number) => {
    for (const [slice, keys] of slices) {
      if ((slice + 1) * SLICE_SECONDS > now) continue;
      slices.delete(slice);
      for (const [keyid, nonces] of keys) {
        const left = (counts.get(keyid) ?? 0) - nonces.size;
        if (left > 0) counts.set(keyid, left);
        else counts.delete(keyid);
        size -= nonces.size;
      }
    }
  };

  return {
    take(keyid, nonce, expires, now) {
      forget(now);
      for (const keys of slices.values()) if (keys.get(keyid)?.has(nonce)) return 'seen';
      const count = counts.get(keyid) ?? 0;
      if (count >= perKey || size >= total) return 'full';
      const slice = Math.floor(expires / SLICE_SECONDS);
      const keys = slices.get(slice) ?? new Map<string, Set<string>>();
      slices.set(slice, keys);
      keys.set(keyid, (keys.get(keyid) ?? new Set()).add(nonce));
      counts.set(keyid, count + 1);
      size++;
      return 'fresh';
    },
  };
}

/** What became of a nonce: fresh and now remembered, seen before, or no room to remember it. */
export type NonceVerdict = 'fresh' | 'seen' | 'full';

/** Remembers nonces until they expire. `owner`: whose key it is, where one has several; left out, the key stands for itself. */
export type NonceMemory = { take(keyid: string, nonce: string, expires: number, now: number, owner?: string): NonceVerdict };

/** Live nonces of whoever has the keys: 200 requests a second through the five minutes that one lives. About 6 MB. */
const MAX_NONCES_AN_OWNER = 65_536;
/** All live nonces, as many as eight owners may have: about 50 MB. */
const MAX_NONCES = 524_288;
/** What everybody may still have when others have filled all that: three requests a second, about 100 kB for each party of the channels held here. */
const RESERVED_AN_OWNER = 1024;
/** Nonces are dropped by the slice of time in which they expire. */
const SLICE_SECONDS = 60;

type Slice = { readonly keys: Map<string, Set<string>>; readonly owners: Map<string, number> };

/**
 * The {@link NonceMemory} of one process. Full, it refuses and never forgets early: forgetting is what a replay waits for. Whoever floods, with one key or
 * with the keys of many generations, fills their own share alone; and where several have filled all there is, everybody else is still heard.
 *
 * It does not outlive the process and is not shared between processes. That is enough here: every write on the peers' door is idempotent by its
 * position, so a request replayed across a restart changes nothing.
 */
export function nonceMemory(limits: { readonly perOwner?: number; readonly total?: number; readonly reserved?: number } = {}): NonceMemory {
  const { perOwner = MAX_NONCES_AN_OWNER, total = MAX_NONCES, reserved = RESERVED_AN_OWNER } = limits;
  const slices = new Map<number, Slice>();
  const counts = new Map<string, number>();
  let size = 0;

  const forget = (now: number) => {
    for (const [slice, { owners }] of slices) {
      if ((slice + 1) * SLICE_SECONDS > now) continue;
      slices.delete(slice);
      for (const [owner, count] of owners) {
        const left = (counts.get(owner) ?? 0) - count;
        if (left > 0) counts.set(owner, left);
        else counts.delete(owner);
        size -= count;
      }
    }
  };
  return {
    take(keyid, nonce, expires, now, owner = keyid) {
      forget(now);
      for (const { keys } of slices.values()) if (keys.get(keyid)?.has(nonce)) return 'seen';
      const count = counts.get(owner) ?? 0;
      if (count >= perOwner || (size >= total && count >= reserved)) return 'full';
      const at = Math.floor(expires / SLICE_SECONDS);
      const slice: Slice = slices.get(at) ?? { keys: new Map(), owners: new Map() };
      slices.set(at, slice);
      slice.keys.set(keyid, (slice.keys.get(keyid) ?? new Set()).add(nonce));
      slice.owners.set(owner, (slice.owners.get(owner) ?? 0) + 1);
      counts.set(owner, count + 1);
      size++;
      return 'fresh';
    },
  };
}

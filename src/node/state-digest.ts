import { toBase64url, toHex, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import type { MatterRow } from '../store/store.ts';

/** Matters fall into this many groups by the first byte of their id; a change touches one. */
const GROUPS = 256;

type Group = { readonly hashes: Map<string, string>; digest: string | undefined };

/**
 * The digest of a channel's matters, kept up to date matter by matter: SHA-256 over 256 lines, each the SHA-256 (base64url) over the lines
 * `<id> <SHA-256 of state>` of the matters whose id begins with that byte, in order. Matters that nobody has opened yet are no state.
 */
export class StateDigest {
  readonly #sha256: Sha256;
  /** Matters whose present state has not been put: who asks seldom need not pay for each change of a large one. */
  readonly #changed = new Map<string, Uint8Array>();
  readonly #groups: readonly Group[] = Array.from({ length: GROUPS }, () => ({ hashes: new Map<string, string>(), digest: undefined }));

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** Notes that the state of these matters is another now. */
  change(rows: readonly Pick<MatterRow, 'id'>[]): void {
    for (const { id } of rows) this.#changed.set(toHex(id), id);
  }

  /** The ids of matters whose present state is to be put. */
  get changed(): readonly Uint8Array[] {
    return [...this.#changed.values()];
  }

  /** Takes the present state of matters; those not named stay as they were. */
  put(rows: readonly Pick<MatterRow, 'id' | 'kind' | 'state'>[]): void {
    for (const { id, kind, state } of rows) {
      const group = this.#groups[id[0] ?? 0] as Group;
      const name = toHex(id);
      if (kind === '') group.hashes.delete(name);
      else group.hashes.set(name, this.#hash(state));
      group.digest = undefined;
      this.#changed.delete(name);
    }
  }

  /** The digest of all matters put so far. */
  digest(): string {
    for (const group of this.#groups) {
      group.digest ??= this.#hash(
        [...group.hashes]
          .map(([id, hash]) => `${id} ${hash}`)
          .sort()
          .join('\n'),
      );
    }
    return this.#hash(this.#groups.map((group) => group.digest).join('\n'));
  }

  #hash(text: string): string {
    return toBase64url(this.#sha256(utf8(text)));
  }
}

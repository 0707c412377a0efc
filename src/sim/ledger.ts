import { fromBase64, fromUtf8, toBase64url, toHex } from '../base/bytes.ts';
import type { Store } from '../store/store.ts';

/** A head that somebody's keys signed, with the leaf hashes under it. */
export type SignedHead = { readonly origin: string; readonly size: number; readonly root: string; readonly leaves: readonly string[] };

type Cosignature = { readonly time: number; readonly size: number; readonly head: SignedHead | undefined };

/** What is not as it must be: which rule, and what was seen. */
export type Violation = { readonly rule: string; readonly detail: string };

/** Who a signature counts against: machines whose marks were lost or rolled back, or who cheat, are held to less. */
export type Author = { readonly name: string; readonly keepsHeads: boolean; readonly keepsCosignatures: boolean };

/**
 * Every head and every cosignature that anybody's keys ever signed, whether or not it was sent: what a proof against its author could be made of. Whoever
 * is honest has no two heads that fork and no cosignatures that go back; here that is seen at the moment of signing.
 */
export class Ledger {
  readonly violations: Violation[] = [];
  readonly #histories = new Map<string, (readonly string[])[]>();
  readonly #heads = new Map<string, SignedHead>();
  readonly #cosigned = new Map<string, Cosignature[]>();
  /** Origins of logs of which two histories were signed, and by whom. */
  readonly forked = new Map<string, string>();
  heads = 0;
  cosignatures = 0;

  /** Knows from here on what another knows: of a world that this one goes on from. */
  take(before: Ledger): void {
    for (const [key, histories] of before.#histories) this.#histories.set(key, [...histories]);
    for (const [key, head] of before.#heads) this.#heads.set(key, head);
    for (const [key, cosigned] of before.#cosigned) this.#cosigned.set(key, cosigned);
  }

  fault(rule: string, detail: string): void {
    if (this.violations.length < 20) this.violations.push({ rule, detail });
  }

  /** Hears of one Ed25519 signature about to be made, by a process that has `store`. */
  async signed(author: Author, key: Uint8Array, message: Uint8Array, store: Store): Promise<CosignedHere | undefined> {
    const text = fromUtf8(message);
    if (text === undefined) return undefined;
    const lines = text.split('\n');
    if (lines[0] === 'cosignature/v1') {
      const [, time = '', origin = '', size = '', root = ''] = lines;
      return this.#cosign(author, toHex(key), Number(time.replace('time ', '')), origin, Number(size), rootText(root));
    }
    const [origin = '', size = '', root = ''] = lines;
    if (lines.length === 4 && origin.startsWith('parley.v1/')) await this.#head(author, origin, Number(size), rootText(root), store);
    return undefined;
  }

  async #head(author: Author, origin: string, size: number, root: string, store: Store): Promise<void> {
    this.heads++;
    const leaves = (await store.leafHashes(origin, 0, size)).map(toBase64url);
    this.#heads.set(`${origin} ${size} ${root}`, { origin, size, root, leaves });
    const histories = this.#histories.get(origin) ?? [];
    this.#histories.set(origin, histories);
    if (leaves.length !== size) this.fault('a head covers what is held', `${author.name} signed size ${size} and holds ${leaves.length}`);
    if (histories.some((history) => isPrefix(leaves, history))) return;
    const at = histories.findIndex((history) => isPrefix(history, leaves));
    if (at >= 0) histories[at] = leaves;
    else histories.push(leaves);
    if (histories.length === 1) return;
    this.forked.set(origin, author.name);
    if (author.keepsHeads) this.fault('no two heads conflict', `${author.name} signed a second history of ${origin} at size ${size}`);
  }

  #cosign(author: Author, key: string, time: number, origin: string, size: number, root: string): CosignedHere {
    this.cosignatures++;
    const head = this.#heads.get(`${origin} ${size} ${root}`);
    const place = `${key} ${origin}`;
    const before = this.#cosigned.get(place) ?? [];
    this.#cosigned.set(place, [...before, { time, size, head }]);
    if (head === undefined) this.fault('what is cosigned was signed', `${author.name} cosigned a head of ${origin} that nobody signed`);
    if (author.keepsCosignatures) {
      const back = before.find((one) => (one.time < time && one.size > size) || (one.time > time && one.size < size));
      if (back !== undefined) this.fault('no cosigner goes back', `${author.name}: ${back.size} at ${back.time}, ${size} at ${time} of ${origin}`);
      if (before.some((one) => one.time > time)) this.fault('times never go back', `${author.name} at ${time} over ${origin}`);
      const other = before.find((one) => one.head !== undefined && head !== undefined && !isEither(one.head.leaves, head.leaves));
      if (other !== undefined) this.fault('no cosigner vouches for two histories', `${author.name}: sizes ${other.size} and ${size} of ${origin}`);
    }
    return { origin, size, root };
  }
}

/** A head that was cosigned. */
export type CosignedHere = { readonly origin: string; readonly size: number; readonly root: string };

function isPrefix(a: readonly string[], b: readonly string[]): boolean {
  return a.length <= b.length && a.every((leaf, i) => leaf === b[i]);
}

function isEither(a: readonly string[], b: readonly string[]): boolean {
  return isPrefix(a, b) || isPrefix(b, a);
}

function rootText(line: string): string {
  return toBase64url(fromBase64(line) ?? new Uint8Array());
}

import { concat, u64, utf8 } from '../base/bytes.ts';
import { nodeSha256 } from '../node/crypto.ts';

/** Numbers that look random and are a function of a name: xoshiro128** (Blackman, Vigna), seeded by SHA-256. */
export class Dice {
  readonly #name: string;
  readonly #state: Uint32Array;
  #blocks = 0;

  constructor(name: string) {
    this.#name = name;
    this.#state = new Uint32Array(nodeSha256(utf8(name)).slice(0, 16).buffer);
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** Other dice of the same seed: what is thrown here changes nothing there. */
  of(name: string): Dice {
    return new Dice(`${this.#name}/${name}`);
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor((this.#next() / 2 ** 32) * bound);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.#next() / 2 ** 32 < probability;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] as T;
  }

  /** Bytes for the {@link Random} port. */
  bytes(size: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let have = 0; have < size; have += 32) parts.push(nodeSha256(concat(utf8(`${this.#name} bytes`), u64(this.#blocks++))));
    return concat(...parts).slice(0, size);
  }

  #next(): number {
    const s = this.#state as Uint32Array & [number, number, number, number];
    const result = Math.imul(rotated(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 11);
    return result;
  }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

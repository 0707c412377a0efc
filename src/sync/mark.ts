import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import type { MarkFile } from '../base/ports.ts';

/** A head as the mark holds it. */
export type MarkedHead = { readonly size: number; readonly root: Uint8Array };

/**
 * The off-backup mark of a node: the last head of each own log it was about to sign, and the last head and time it was about to cosign.
 *
 * It lies outside the data directory and outside every backup, and is durable *before* each signature. A crash after it and before the signature leaves
 * a mark equal to the pending head; a restored backup leaves a mark ahead of the store: that difference is what the gate looks at.
 */
export class Mark {
  readonly #file: MarkFile;
  readonly #own: Map<string, MarkedHead>;
  readonly #cosigned: Map<string, MarkedHead & { time: number }>;
  readonly #mutex = new Mutex();
  #dirty = false;
  /** Whether a mark was there when the node started; a node with heads and no mark cannot prove anything. */
  readonly existed: boolean;

  private constructor(file: MarkFile, own: Map<string, MarkedHead>, cosigned: Map<string, MarkedHead & { time: number }>, existed: boolean) {
    this.#file = file;
    this.#own = own;
    this.#cosigned = cosigned;
    this.existed = existed;
  }

  /** Reads the mark. A mark that is not in its form is treated as absent, which is the safe side. */
  static async open(file: MarkFile): Promise<Mark> {
    const bytes = await file.read();
    const value = bytes === undefined ? undefined : parse(bytes);
    return new Mark(file, value?.own ?? new Map(), value?.cosigned ?? new Map(), value !== undefined);
  }

  own(origin: string): MarkedHead | undefined {
    return this.#own.get(origin);
  }

  cosigned(origin: string): (MarkedHead & { time: number }) | undefined {
    return this.#cosigned.get(origin);
  }

  /** Durable when it resolves; call before signing an own head. */
  setOwn(origin: string, head: MarkedHead): Promise<void> {
    this.#own.set(origin, head);
    return this.#write();
  }

  /** Durable when it resolves; call before cosigning. */
  setCosigned(origin: string, head: MarkedHead & { time: number }): Promise<void> {
    this.#cosigned.set(origin, head);
    return this.#write();
  }

  /** One write may carry several changes: whoever waits behind a running write finds its change already on disk. */
  #write(): Promise<void> {
    this.#dirty = true;
    return this.#mutex.run(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      await this.#file.write(format(this.#own, this.#cosigned));
    });
  }
}

function format(own: ReadonlyMap<string, MarkedHead>, cosigned: ReadonlyMap<string, MarkedHead & { time: number }>): Uint8Array {
  return utf8(
    JSON.stringify({
      v: 1,
      own: [...own].map(([origin, head]) => [origin, head.size, toBase64url(head.root)]),
      cosigned: [...cosigned].map(([origin, head]) => [origin, head.size, toBase64url(head.root), head.time]),
    }),
  );
}

function parse(bytes: Uint8Array): { own: Map<string, MarkedHead>; cosigned: Map<string, MarkedHead & { time: number }> } | undefined {
  try {
    const value = JSON.parse(fromUtf8(bytes) ?? '') as Json;
    assert(isObject(value) && value.v === 1 && Array.isArray(value.own) && Array.isArray(value.cosigned), 'a mark');
    const own = new Map<string, MarkedHead>();
    const cosigned = new Map<string, MarkedHead & { time: number }>();
    for (const [origin, size, root] of value.own as [string, number, string][])
      own.set(origin, { size, root: fromBase64url(root, 32) ?? new Uint8Array() });
    for (const [origin, size, root, time] of value.cosigned as [string, number, string, number][])
      cosigned.set(origin, { size, root: fromBase64url(root, 32) ?? new Uint8Array(), time });
    return { own, cosigned };
  } catch {
    return undefined;
  }
}

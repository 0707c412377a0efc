import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import type { MarkFile, Sha256 } from '../base/ports.ts';
import { emptyRoot } from '../tlog/merkle.ts';

/** A head as the mark holds it. */
export type MarkedHead = { readonly size: number; readonly root: Uint8Array };

/**
 * The last own head about to be signed. `distrusted`: somebody showed a later one of ours, so this mark was rolled back and settles nothing any more.
 * `offered`: of a log that was offered to be opened, and was not yet.
 */
export type OwnMark = MarkedHead & { readonly distrusted?: true; readonly offered?: true };

/** Logs offered to be opened that are remembered: asked for again and again, they must not fill the mark. */
const MAX_OFFERED = 64;

/** What the mark names of a log that a later generation continues: no head is it. */
const RETIRED: OwnMark = { size: Number.MAX_SAFE_INTEGER, root: new Uint8Array(32) };

/** The last head about to be cosigned, and the time it was to have, in seconds. */
export type CosignedMark = MarkedHead & { readonly time: number };

/**
 * The off-backup mark of a node: the last head of each own log it was about to sign, and the last head and time it was about to cosign.
 *
 * It lies outside the data directory and outside every backup, and is durable *before* each signature. A crash after it and before the signature leaves
 * a mark equal to the pending head; a restored backup leaves a mark ahead of the store: that difference is what the gate looks at. An own log that
 * the mark does not name is never signed: it is named, at size 0, when its card is made ({@link Mark.begin}), so that a lost mark cannot look like a new log.
 */
export class Mark {
  readonly #file: MarkFile;
  readonly #own: Map<string, OwnMark>;
  readonly #cosigned: Map<string, CosignedMark>;
  readonly #mutex = new Mutex();
  #dirty = false;
  /** Whether a mark was there when the node started. */
  readonly existed: boolean;

  private constructor(file: MarkFile, parsed: Parsed | undefined) {
    this.#file = file;
    this.#own = parsed?.own ?? new Map();
    this.#cosigned = parsed?.cosigned ?? new Map();
    this.existed = parsed !== undefined;
  }

  /** Reads the mark. A mark that is not in its form is treated as absent, which is the safe side. */
  static async open(file: MarkFile): Promise<Mark> {
    const bytes = await file.read();
    return new Mark(file, bytes === undefined ? undefined : parse(bytes));
  }

  /** Makes a mark that names nothing, where there is none: for a host, which has to know later that it once had one. */
  static async create(file: MarkFile): Promise<void> {
    if ((await file.read()) === undefined) await file.write(format(new Map(), new Map()));
  }

  own(origin: string): OwnMark | undefined {
    return this.#own.get(origin);
  }

  cosigned(origin: string): CosignedMark | undefined {
    return this.#cosigned.get(origin);
  }

  /** Origins of all own logs that the mark names. */
  get ownOrigins(): readonly string[] {
    return [...this.#own.keys()];
  }

  /** Origins of all logs whose heads the mark says were cosigned. */
  get cosignedOrigins(): readonly string[] {
    return [...this.#cosigned.keys()];
  }

  /** Names a new own log, whose keys were made a moment ago, at size 0; durable when it resolves. Changes nothing where it is named already. */
  async begin(sha256: Sha256, origin: string): Promise<void> {
    if (!this.#own.has(origin)) await this.setOwn(origin, { size: 0, root: emptyRoot(sha256) });
  }

  /**
   * Names a log that our identity is asked to open, at size 0; durable when it resolves. Only such a log is opened: one that was opened before the mark was
   * lost, in a store that was restored since, would be begun again. Of those that were offered and never opened the latest few are remembered.
   */
  async offer(sha256: Sha256, origin: string): Promise<void> {
    if (this.#own.has(origin)) return;
    const offered = [...this.#own].filter(([, head]) => head.offered === true);
    for (const [old] of offered.slice(0, Math.max(0, offered.length - MAX_OFFERED + 1))) this.#own.delete(old);
    this.#own.set(origin, { size: 0, root: emptyRoot(sha256), offered: true });
    await this.#write();
  }

  /** Durable when it resolves; call before signing an own head. Refuses `unsafe_state` where the mark was rolled back: nothing is signed under it. */
  async setOwn(origin: string, head: MarkedHead): Promise<void> {
    const known = this.#own.get(origin);
    if (known?.distrusted) throw new ParleyError('unsafe_state', 'the mark of this log was rolled back');
    if (known !== undefined && known.size > head.size)
      throw new ParleyError('unsafe_state', `the mark names size ${known.size}, and ${head.size} was to be signed`);
    this.#own.set(origin, { size: head.size, root: head.root });
    await this.#write();
  }

  /** Says for good that a later generation continues this log: nothing more of it is signed, whatever copy of the directory is started. */
  async retire(origin: string): Promise<void> {
    this.#own.set(origin, RETIRED);
    await this.#write();
  }

  /** Whether a later generation of ours continues this log. */
  isRetired(origin: string): boolean {
    return this.#own.get(origin)?.size === RETIRED.size;
  }

  /** Says for good that the mark of an own log was rolled back; durable when it resolves. A log that the mark does not name stays unnamed. */
  async distrust(origin: string): Promise<void> {
    const known = this.#own.get(origin);
    if (known === undefined || known.distrusted === true || this.isRetired(origin)) return;
    this.#own.set(origin, { ...known, distrusted: true });
    await this.#write();
  }

  /** Durable when it resolves; call before cosigning. */
  setCosigned(origin: string, head: CosignedMark): Promise<void> {
    this.#cosigned.set(origin, { size: head.size, root: head.root, time: head.time });
    return this.#write();
  }

  /** One write may carry several changes: whoever waits behind a running write finds its change already on disk. */
  #write(): Promise<void> {
    this.#dirty = true;
    return this.#mutex.run(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      try {
        await this.#file.write(format(this.#own, this.#cosigned));
      } catch (error) {
        // Whoever waits behind must not take its change for durable.
        this.#dirty = true;
        throw error;
      }
    });
  }
}

type Parsed = { readonly own: Map<string, OwnMark>; readonly cosigned: Map<string, CosignedMark> };

function format(own: ReadonlyMap<string, OwnMark>, cosigned: ReadonlyMap<string, CosignedMark>): Uint8Array {
  return utf8(
    JSON.stringify({
      v: 1,
      own: [...own].map(([origin, head]) => [
        origin,
        head.size,
        toBase64url(head.root),
        ...(head.distrusted ? ['rolled_back'] : head.offered ? ['offered'] : []),
      ]),
      cosigned: [...cosigned].map(([origin, head]) => [origin, head.size, toBase64url(head.root), head.time]),
    }),
  );
}

function parse(bytes: Uint8Array): Parsed | undefined {
  try {
    const value = JSON.parse(fromUtf8(bytes) ?? '') as Json;
    assert(isObject(value) && value.v === 1 && Array.isArray(value.own) && Array.isArray(value.cosigned), 'a mark');
    const own = new Map<string, OwnMark>();
    const cosigned = new Map<string, CosignedMark>();
    for (const row of value.own as Json[]) {
      const { origin, size, root, last } = rowOf(row);
      own.set(origin, { size, root, ...(last === 'rolled_back' ? { distrusted: true } : last === 'offered' ? { offered: true } : {}) });
    }
    for (const row of value.cosigned as Json[]) {
      const { origin, size, root, last } = rowOf(row);
      assert(typeof last === 'number' && Number.isSafeInteger(last), 'a mark');
      cosigned.set(origin, { size, root, time: last });
    }
    return { own, cosigned };
  } catch {
    return undefined;
  }
}

function rowOf(row: Json): { origin: string; size: number; root: Uint8Array; last: Json | undefined } {
  assert(Array.isArray(row), 'a mark');
  const [origin, size, text, last] = row as readonly Json[];
  const root = typeof text === 'string' ? fromBase64url(text, 32) : undefined;
  assert(typeof origin === 'string' && typeof size === 'number' && Number.isSafeInteger(size) && root !== undefined, 'a mark');
  return { origin, size, root, last };
}

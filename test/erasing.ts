/** Two parties with a person each, whose stores lie on a disk where it can be looked whether words are gone. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../src/base/json.ts';
import type { Now } from '../src/base/ports.ts';
import { leavesByName } from '../src/entry/body.ts';
import { documentView } from '../src/node/views/document.ts';
import { type Representative, type Side, TwoParties } from './two-parties.ts';

export class Erasing {
  readonly two: TwoParties;
  readonly anna: Representative;
  readonly boris: Representative;
  readonly #dir: string;

  private constructor(dir: string, two: TwoParties, anna: Representative, boris: Representative) {
    this.#dir = dir;
    this.two = two;
    this.anna = anna;
    this.boris = boris;
  }

  /** Anna speaks for A and Boris for B, each acknowledged on the other side. */
  static async found(now?: Now): Promise<Erasing> {
    const dir = mkdtempSync(join(tmpdir(), 'parley-erasing-'));
    const two = await TwoParties.found({ store: 'sqlite', dir, ...(now === undefined ? {} : { now }) });
    const [anna, boris] = [await two.accredit(two.a, 'Anna'), await two.accredit(two.b, 'Boris')];
    await two.acknowledge();
    return new Erasing(dir, two, anna, boris);
  }

  async close(): Promise<void> {
    await this.two.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Whether words stand anywhere in the files of a side's store. */
  stands(side: 'a' | 'b', words: string): boolean {
    const folder = join(this.#dir, side);
    return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(words));
  }

  /** The fields of an act that says that fields of an entry are gone: what the command line and the screens fill in. */
  async gone(side: Side, id: string, names: readonly string[]): Promise<Record<string, Json>> {
    const { body } = await documentView(this.two.of(side), id);
    const leaves = leavesByName(this.two.crypto.sha256, Uint8Array.from(Buffer.from(body, 'base64')));
    return { entry: id, pointers: names.map((name) => `/${name}`), leaves: names.map((name) => leaves.get(name) ?? assert.fail(name)) };
  }
}

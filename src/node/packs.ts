import { readdirSync, readFileSync } from 'node:fs';
import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import type { NamedHash } from '../entry/charter.ts';
import { clockBearingKinds, type Pack, packHash, parsePack } from '../procedure/pack.ts';
import type { Store } from '../store/store.ts';
import { nodeSha256 } from './crypto.ts';

const FOLDER = new URL('../../procedures/', import.meta.url);
/** Texts of packs that charters here name, by hash. */
const COLLECTION = 'pack';

/** A pack by its exact bytes; `pack` is absent where they are not in a form known here (they come from a later version), and then it runs no clock. */
export type KnownPack = { readonly bytes: Uint8Array; readonly pack?: Pack };

let shipped: ReadonlyMap<string, Required<KnownPack>> | undefined;

/** The packs that ship, by hash. */
export function shippedPacks(): ReadonlyMap<string, Required<KnownPack>> {
  if (shipped !== undefined) return shipped;
  const packs = new Map<string, Required<KnownPack>>();
  for (const name of readdirSync(FOLDER).sort()) {
    if (!name.endsWith('.json') || name.endsWith('.schema.json')) continue;
    const bytes = new Uint8Array(readFileSync(new URL(name, FOLDER)));
    const parsed = parsePack(bytes);
    assert('pack' in parsed, `the shipped pack ${name} is in form`);
    packs.set(packHash(nodeSha256, bytes), { pack: parsed.pack, bytes });
  }
  shipped = packs;
  return packs;
}

/** What an invitation proposes where nobody chose: who speaks, whether somebody answers, inquiries and incidents. */
const USUAL = ['accreditation', 'communication-check', 'incident-inquiry', 'incident-notification'];

/** Names and hashes of shipped packs, as an invitation proposes them; the usual ones where none are named. Asserts that they ship. */
export function shippedPackNames(names: readonly string[] = USUAL): readonly NamedHash[] {
  const all = [...shippedPacks()].map(([hash, { pack }]) => ({ name: pack.name, hash }));
  return names.map((name) => {
    const found = all.find((one) => one.name === name);
    assert(found !== undefined, `the pack ${name} ships`);
    return found;
  });
}

/** The shipped packs that a charter names; others run no clock. */
export function packsOf(named: readonly NamedHash[]): readonly Pack[] {
  return named.flatMap(({ hash }) => shippedPacks().get(hash)?.pack ?? []);
}

/** Kinds that packs name as anchor or discharge of a clock: their entries are stamped. */
export function clockBearing(packs: readonly Pack[]): ReadonlySet<string> {
  const kinds = bearing.get(packs) ?? clockBearingKinds(packs);
  bearing.set(packs, kinds);
  return kinds;
}

// The packs of a channel never change, and every push of a channel asks.
const bearing = new WeakMap<readonly Pack[], ReadonlySet<string>>();

/**
 * The packs a node knows: those that ship, and those whose texts it keeps. What a charter names is kept, shipped or not: a later version may ship
 * another text under that name, and the channel goes by the hash.
 */
export class PackShelf {
  readonly #store: Store;
  readonly #kept = new Map<string, KnownPack>();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(store: Store): Promise<PackShelf> {
    const shelf = new PackShelf(store);
    for (const { key, json } of await store.listLocal(COLLECTION)) {
      const bytes = fromBase64url(JSON.parse(json) as string);
      assert(bytes !== undefined && packHash(nodeSha256, bytes) === key, 'a pack is kept under its hash');
      shelf.#kept.set(key, known(bytes));
    }
    return shelf;
  }

  find(hash: string): KnownPack | undefined {
    return this.#kept.get(hash) ?? shippedPacks().get(hash);
  }

  /** Those a charter names and whose form is known here. */
  packsOf(named: readonly NamedHash[]): readonly Pack[] {
    return named.flatMap(({ hash }) => this.find(hash)?.pack ?? []);
  }

  /** Keeps the text of a pack, durably; again is no harm. Refuses `invalid` for what is no pack, saying what was expected. */
  async keep(bytes: Uint8Array): Promise<NamedHash> {
    const parsed = parsePack(bytes);
    if ('expected' in parsed) throw new ParleyError('invalid', `expected of the procedure: ${parsed.expected.slice(0, 3).join('; ')}`);
    const hash = packHash(nodeSha256, bytes);
    await this.#keep(hash, { bytes, pack: parsed.pack });
    return { name: parsed.pack.name, hash };
  }

  /** Keeps those of a charter that only ship. */
  async keepNamed(named: readonly NamedHash[]): Promise<void> {
    for (const { hash } of named) {
      const pack = shippedPacks().get(hash);
      if (pack !== undefined) await this.#keep(hash, pack);
    }
  }

  /** Refuses `invalid` where a text is not here or calls itself by another name: both sides go by what it says, so both must have read it. */
  mustKnow(named: readonly NamedHash[]): void {
    for (const { name, hash } of named) {
      const pack = this.find(hash)?.pack;
      if (pack === undefined)
        throw new ParleyError('invalid', `expected the text of the procedure "${name}": it does not ship with this version and did not come along`);
      if (pack.name !== name) throw new ParleyError('invalid', `the procedure named "${name}" calls itself "${pack.name}" in its text`);
    }
  }

  async #keep(hash: string, pack: KnownPack): Promise<void> {
    if (this.#kept.has(hash)) return;
    await this.#store.putLocal(COLLECTION, hash, JSON.stringify(toBase64url(pack.bytes)));
    this.#kept.set(hash, pack);
  }
}

function known(bytes: Uint8Array): KnownPack {
  const parsed = parsePack(bytes);
  return 'pack' in parsed ? { bytes, pack: parsed.pack } : { bytes };
}

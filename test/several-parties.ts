/** Several parties without hosts in one process, over real loopback connections: what tests of generations, standing and forks start from. */
import assert from 'node:assert/strict';
import { toBase64url } from '../src/base/bytes.ts';
import type { Signer } from '../src/base/ports.ts';
import { formatBundle } from '../src/entry/bundle.ts';
import { cardHash, type PartyCard } from '../src/entry/card.ts';
import { assembleChannel, formatCharter, parseCharter } from '../src/entry/charter.ts';
import { composeEntry } from '../src/entry/entry.ts';
import { parseGeneration } from '../src/entry/generation.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import type { ChannelRuntime } from '../src/node/channel-runtime.ts';
import { ed25519Signer, nodeCrypto, nodeRandom, systemNow } from '../src/node/crypto.ts';
import { newCard } from '../src/node/founding-notes.ts';
import { openingText, takeOpening } from '../src/node/opening.ts';
import { shippedPackNames } from '../src/node/packs.ts';
import type { ChannelRecord } from '../src/node/party-node.ts';
import { appendAsNode, citedHeads } from '../src/node/stamps.ts';
import { tableView } from '../src/node/views/table.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { exportRecord } from '../src/sync/export.ts';
import { cardOf } from '../src/sync/replica.ts';
import { signCheckpoint } from '../src/tlog/log-signature.ts';
import { leafHash } from '../src/tlog/merkle.ts';
import { computeOrigin } from '../src/tlog/origin.ts';
import { accreditAct, openSide, type Side, until } from './two-parties.ts';

/** A representative with their key. */
export type Speaker = { readonly name: string; readonly key: Signer; readonly actor: string };

const NAMES = ['Alpha', 'Beta', 'Gamma', 'Delta'];

/** Nodes of one channel; party `i` is `sides[i]`. */
export class Parties {
  readonly sides: Side[];
  readonly crypto: ReturnType<typeof nodeCrypto>;
  readonly channel: string;
  /** Everything opened, copies too. */
  readonly #opened: Side[];

  private constructor(sides: Side[], crypto: ReturnType<typeof nodeCrypto>, channel: string) {
    this.sides = sides;
    this.crypto = crypto;
    this.channel = channel;
    this.#opened = [...sides];
  }

  static async found(count: number, now = systemNow): Promise<Parties> {
    const crypto = nodeCrypto();
    const sides: Side[] = [];
    for (const name of NAMES.slice(0, count)) sides.push(await openSide(name, openMemoryStore({ sha256: crypto.sha256 }), crypto, now));
    const cards: PartyCard[] = [];
    for (const side of sides) cards.push(await newCard(side.node));
    const text = formatCharter({
      rules: 1,
      parties: cards.map((card) => ({ name: card.name, hash: cardHash(crypto.sha256, card) })),
      hosts: [],
      quorum: 0,
      packs: shippedPackNames(),
      working: ['en'],
      authentic: ['en'],
      predecessor: null,
      invite: toBase64url(nodeRandom(32)),
      foundBy: systemNow() + 86_400,
    });
    const charter = parseCharter(text);
    assert.ok('charter' in charter);
    const assembled = assembleChannel(crypto.sha256, charter.charter, cards);
    assert.ok('channel' in assembled);
    const note = await signAsIdentity(
      crypto.sha256,
      `${text}\n`,
      sides.map(({ identity }) => identity),
    );
    const parties = new Parties(sides, crypto, assembled.channel.id);
    for (const [us, side] of sides.entries()) {
      const record: ChannelRecord = {
        charter: text,
        cards: cards.map((card) => card.text),
        note: toBase64url(note),
        us,
        title: 'Test',
        addresses: sides.map(({ url }, party) => (party === us ? '' : url)),
        hostAddresses: [],
      };
      const channel = await side.node.addChannel(record);
      await channel.own.found();
    }
    await until(
      sides.map(({ node }) => node),
      async () => (await Promise.all(sides.map((side) => parties.of(side).own.isOpen()))).every(Boolean),
    );
    return parties;
  }

  of(side: Side): ChannelRuntime {
    return side.node.channel(this.channel);
  }

  party(side: Side): number {
    return this.of(side).replica.us;
  }

  /** Accredits a person by the identity of a side. */
  async accredit(side: Side, name: string): Promise<Speaker> {
    const key = ed25519Signer(nodeRandom(32));
    const act = accreditAct(this.crypto.sha256, key, name, { may_recall: true });
    await this.putAct(side, act);
    return { name, key, actor: act.actor };
  }

  /** Signs an act of a party's identity, with the number that is next, and puts it into its log. */
  async putAct(side: Side, act: Parameters<typeof formatIdentityNote>[0]['act'], refs: readonly string[] = []): Promise<{ id: string }> {
    const { n } = await this.of(side).reader.state(this.party(side));
    const text = formatIdentityNote({ channel: this.channel, party: this.party(side), n: n + 1, act });
    const note = new TextDecoder().decode(await signAsIdentity(this.crypto.sha256, text, [side.identity]));
    return appendAsNode(this.of(side), 'identity', refs, [['note', note]]);
  }

  /** Says something in a party's log; resolves with the entry's id once it is committed. */
  async say(
    side: Side,
    speaker: Speaker,
    kind: string,
    fields: Readonly<Record<string, string | number>>,
    refs: readonly string[] = [],
  ): Promise<string> {
    const channel = this.of(side);
    const { gen } = cardOf(channel.replica, this.party(side));
    const after = await citedHeads(channel);
    const draft = {
      channel: this.channel,
      party: this.party(side),
      gen,
      type: kind,
      time: systemNow(),
      after,
      refs,
      fields: Object.entries({ marking: 'green', ...fields }),
    };
    const signed = await composeEntry(this.crypto.sha256, nodeRandom, draft, speaker.key, 'rep');
    await channel.append({ bytes: signed.bytes, body: signed.body });
    return signed.id;
  }

  message(side: Side, speaker: Speaker, subject: string): Promise<string> {
    return this.say(side, speaker, 'message', { subject, text: `${subject}.` });
  }

  /** Subjects of the messages that count at a side, by party and newest first. */
  async heard(side: Side, party: number): Promise<readonly string[]> {
    const { rows } = await tableView(this.of(side), undefined, 200);
    return rows.filter((row) => row.kind === 'message' && row.party === party && row.valid).map(({ summary }) => String(summary.values?.title ?? ''));
  }

  /** Opens the next generation of a side, as the command line does. */
  async openGeneration(side: Side, signer = side.identity): Promise<string> {
    const { text } = await openingText(side.node, this.of(side));
    const note = new TextDecoder().decode(await signAsIdentity(this.crypto.sha256, text, [signer]));
    return (await takeOpening(side.node, this.of(side), note)).origin;
  }

  /** A generation note as a side announces it: with a head of size 1 by that side's keys, whatever its node thinks of the note. */
  async announced(side: Side, note: Uint8Array): Promise<Uint8Array> {
    const { sha256 } = this.crypto;
    const parsed = parseGeneration(sha256, note);
    assert.ok('note' in parsed);
    const { ed25519, mlDsa44 } = side.node.keyring(parsed.note.card).log;
    const origin = computeOrigin(sha256, ed25519.publicKey, mlDsa44.publicKey);
    const head = await signCheckpoint(sha256, { ed25519, mlDsa44 }, { origin, size: 1, root: leafHash(sha256, note) });
    return formatBundle([
      { name: 'note', bytes: note },
      { name: 'checkpoint', bytes: head },
    ]);
  }

  /**
   * Another node of the same party over a copy of what it holds now, as if its directory were copied: the same seed and identity. It is told nobody's
   * address, so that it says to others only what a test makes it say. `backup`: what it held earlier; its mark is the one of now.
   */
  async copyOf(side: Side, backup?: Store, mark: 'of the side' | 'lost' = 'of the side'): Promise<Side> {
    const store = backup ?? (await this.backupOf(side));
    const record = JSON.parse((await store.getLocal('channel', this.channel)) ?? '') as ChannelRecord;
    await store.putLocal('channel', this.channel, JSON.stringify({ ...record, addresses: record.addresses.map(() => '') }));
    let held = mark === 'lost' ? undefined : await side.node.parts.mark.read();
    const file = {
      read: async () => held,
      write: async (bytes: Uint8Array) => {
        held = bytes;
      },
    };
    const copy = await openSide(side.name, store, this.crypto, systemNow, side, file);
    this.#opened.push(copy);
    return copy;
  }

  /** A copy of everything a side holds now. */
  backupOf(side: Side): Promise<Store> {
    return copyStore(side.node.store, openMemoryStore({ sha256: this.crypto.sha256 }));
  }

  /** Says where a side finds the others; parties that are left out are not told anything. */
  async introduce(side: Side, others: readonly Side[]): Promise<void> {
    const addresses = this.sides.map((other) => (others.includes(other) && other !== side ? other.url : ''));
    await side.node.updateRecord(this.channel, { addresses });
  }

  /** The record as a side would export it. */
  async record(side: Side): Promise<Uint8Array> {
    const charterNote = Buffer.from(side.node.record(this.channel).note, 'base64url');
    const parts: Uint8Array[] = [];
    for await (const part of exportRecord(this.of(side).replica, { charterNote, packs: [], files: [] })) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  }

  /** Resolves once these sides hold and count the same, and nothing is under way between them. */
  async settled(sides: readonly Side[] = this.sides): Promise<void> {
    await this.agreed(sides, true);
  }

  /** Resolves once these sides hold and count the same; whoever else they have something to say to may be away. */
  async agreed(sides: readonly Side[], quiet = false): Promise<void> {
    await until(
      sides.map(({ node }) => node),
      async () => {
        const counted = await Promise.all(sides.map(async (side) => JSON.stringify(await this.of(side).counted())));
        const digests = await Promise.all(sides.map((side) => this.of(side).digest()));
        return (!quiet || sides.every((side) => side.node.exchange.isQuiet)) && new Set(counted).size === 1 && new Set(digests).size === 1;
      },
    );
  }

  async close(): Promise<void> {
    for (const side of this.#opened) await side.close();
    await this.crypto.close();
  }
}

/** Everything of one store in another: what a copy of a data directory holds. */
export async function copyStore(from: Store, to: Store): Promise<Store> {
  for (const collection of ['channel', 'generation', 'alarm', 'lineage'])
    for (const { key, json } of await from.listLocal(collection)) await to.putLocal(collection, key, json);
  for (const log of await from.logs()) {
    await to.createLog(log);
    await to.stage(log.origin, 0, await from.entries(log.origin, 0, log.pendingSize), false);
    for (let head = await from.headAtOrAbove(log.origin, 1); head !== undefined; head = await from.headAtOrAbove(log.origin, head.size + 1)) {
      const now = await to.log(log.origin);
      assert.ok(now !== undefined && (await to.commitHead(log.origin, now, head)));
    }
    await to.putCosignatures(await from.cosignatures(log.origin));
    const cosigned = await from.cosigned(log.origin);
    if (cosigned !== undefined) await to.advanceCosigned(log.origin, 0, cosigned, cosigned.time);
  }
  return to;
}

import { fromBase64, fromBase64url, toBase64 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Phrase } from '../base/phrases.ts';
import type { Document } from '../document/kind.ts';
import { parseFields } from '../document/parse.ts';
import { kindOf, summaryOf } from '../document/registry.ts';
import { needsClearance } from '../document/two-person.ts';
import { openUnsigned, type ParsedEntry, parseEntry } from '../entry/entry.ts';
import type { OwnEntry } from '../sync/own-log.ts';
import { partyOf } from '../sync/replica.ts';
import type { Person } from '../verify/reader-state.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { type Hand, isInScope, isSamePerson, mustBeInScope, personBehind } from './hands.ts';
import type { PartyNode } from './party-node.ts';
import { clearanceText } from './statements.ts';
import type { TwoPerson } from './two-person.ts';

const COLLECTION = 'clearance';
/** Documents of a channel that wait at once: more than a desk has, and bounded. */
const MAX_WAITING = 200;

/** Somebody who did something, and when. */
type Done = Hand & { readonly at: number };

/** A document handed over for clearance, as it is kept; its text and body go once it was sent and stands in the log. */
export type Clearance = {
  readonly channel: string;
  readonly id: string;
  readonly kind: string;
  /** Whose signature it is made for. */
  readonly signer: string;
  readonly summary: Phrase;
  readonly text?: string;
  /** Base64. */
  readonly body?: string;
  readonly asked: Done;
  readonly cleared?: Done;
  readonly returned?: Done & { readonly remark: string };
  readonly takenBackAt?: number;
  readonly sentAt?: number;
};

/**
 * Clearances of one party: who looked at exactly these bytes before they were signed and sent (four eyes). Local alone, never sent.
 *
 * 1. A clearance is for one entry id, which is the hash of the text to be signed: an edited document is another one.
 * 2. Whoever clears is accredited, a person, may sign a document of that kind and marking, and is not the one who signs: at the time of clearing and still
 *    when it is sent.
 * 3. Looking and sending exclude each other: a clearance taken back before an entry was placed stops it.
 */
export class Clearances {
  readonly #node: PartyNode;
  readonly #rule: TwoPerson;

  constructor(node: PartyNode, rule: TwoPerson) {
    this.#node = node;
    this.#rule = rule;
  }

  /** Hands an unsigned entry of ours over for clearance; the same again changes nothing. Refuses `invalid`, `not_accredited`. */
  ask(channel: ChannelRuntime, hand: Hand, text: string, body: Uint8Array): Promise<Clearance> {
    return this.#rule.mutex.run(async () => {
      const opened = openUnsigned(channel.replica.crypto.sha256, { text, body });
      if ('expected' in opened) throw new ParleyError('invalid', `expected ${opened.expected}`);
      const { header, id } = opened;
      const kind = kindOf(header.type);
      if (kind?.signedBy !== 'representative') throw new ParleyError('invalid', 'a kind of document that representatives sign');
      const { document, frameFaults } = parseFields(kind, opened.fields, []);
      // Whoever clears is shown the fields of its kind: there must be no others.
      if (frameFaults.length > 0 || Object.keys(document.fields).length !== opened.fields.size)
        throw new ParleyError('invalid', 'a document in its form, with the fields of its kind and no others');
      if (header.channel !== channel.id || header.party !== channel.replica.us)
        throw new ParleyError('invalid', 'a document of ours in this channel');
      const signer = (await this.#people(channel)).get(header.actor);
      if (signer === undefined || signer.state === 'ended') throw new ParleyError('not_accredited', 'whoever is going to sign it');
      const known = await this.find(channel, id);
      if (known !== undefined && known.takenBackAt === undefined) return known;
      await this.#makeRoom(channel);
      const now = this.#node.parts.now();
      const facts = { channel: channel.id, id, kind: kind.id, signer: header.actor, summary: summaryOf(document) };
      return this.#put({ ...facts, text, body: toBase64(body), asked: { ...hand, at: now } });
    });
  }

  /**
   * Clears a document. Refuses `not_found`, `not_allowed` for the one who signs it and for nobody in particular, `out_of_scope` for whoever may not sign one
   * like it, and as `personBehind`.
   */
  clear(channel: ChannelRuntime, id: string, hand: Hand, statement: Uint8Array | undefined): Promise<Clearance> {
    return this.#rule.mutex.run(async () => {
      const known = await this.get(channel, id);
      if (known.sentAt !== undefined) throw new ParleyError('conflict', 'it was sent already');
      if (known.takenBackAt !== undefined) throw new ParleyError('conflict', 'its author took it back');
      const people = await this.#people(channel);
      const person = await personBehind(channel.replica.crypto, { hand, text: clearanceText(channel.id, id), statement }, people);
      mustBeAnother(person, known.signer, people);
      mustBeInScope(person, known.kind, documentOf(channel, known));
      if (known.cleared !== undefined && known.returned === undefined) return known;
      const { returned: _, ...waiting } = known;
      const by = { name: person.name, actor: person.actor, ...(hand.user === undefined || statement !== undefined ? {} : { user: hand.user }) };
      return this.#put({ ...waiting, cleared: { ...by, at: this.#node.parts.now() } });
    });
  }

  /**
   * Sends a document back to its author, or, in the author's own session, takes it back for good: nobody's clearance holds any longer. Refuses `not_allowed`
   * where somebody else cleared it, but for an administrator: a colleague's clearance is theirs.
   */
  giveBack(channel: ChannelRuntime, id: string, hand: Hand, remark: string, isAdmin: boolean): Promise<Clearance> {
    return this.#rule.mutex.run(async () => {
      const { cleared, ...known } = await this.get(channel, id);
      const isTheirs = (one: Partial<Hand>): boolean =>
        (hand.user !== undefined && hand.user === one.user) || (hand.actor !== undefined && hand.actor === one.actor);
      if (cleared !== undefined && !isAdmin && ![cleared, known.asked, { actor: known.signer }].some(isTheirs))
        throw new ParleyError('not_allowed', 'whoever cleared it, its author or an administrator');
      if (known.sentAt !== undefined) throw new ParleyError('conflict', 'it was sent already');
      const at = this.#node.parts.now();
      if (hand.user !== undefined && hand.user === known.asked.user) return this.#put({ ...known, takenBackAt: at });
      return this.#put({ ...known, returned: { ...hand, at, remark } });
    });
  }

  /** All of a channel, sent ones too, newest first. */
  async list(channel: ChannelRuntime): Promise<readonly Clearance[]> {
    const all = (await this.#node.store.listLocal(COLLECTION)).filter(({ key }) => key.startsWith(`${channel.id}/`));
    return all.map(({ json }) => JSON.parse(json) as Clearance).sort((a, b) => b.asked.at - a.asked.at);
  }

  /** One of them, or `undefined`. */
  async find(channel: ChannelRuntime, id: string): Promise<Clearance | undefined> {
    const json = await this.#node.store.getLocal(COLLECTION, `${channel.id}/${id}`);
    return json === undefined ? undefined : (JSON.parse(json) as Clearance);
  }

  /** One of them; refuses `not_found`. */
  async get(channel: ChannelRuntime, id: string): Promise<Clearance> {
    const known = await this.find(channel, id);
    if (known === undefined) throw new ParleyError('not_found', 'no document of this id awaits clearance here');
    return known;
  }

  /** Appends an entry of one of our people; refuses `clearance_needed` where the party's rule asks for a second person who has not cleared it. */
  async append(channel: ChannelRuntime, entry: OwnEntry, parsed: ParsedEntry): Promise<number> {
    const kinds = await this.#rule.kinds();
    if (kinds.length > 0 && needsClearance(kinds, parsed.header.type, await typeOf(channel, parsed.header.refs[0])))
      return this.#rule.mutex.run(async () => {
        await this.#mustBeCleared(channel, parsed);
        const index = await channel.append(entry);
        await this.#noteSent(channel, parsed.id);
        return index;
      });
    // Where nothing asks for it, documents need not wait for each other; one that was cleared all the same is noted as sent.
    const index = await channel.append(entry);
    if ((await this.find(channel, parsed.id)) !== undefined) await this.#rule.mutex.run(() => this.#noteSent(channel, parsed.id));
    return index;
  }

  async #noteSent(channel: ChannelRuntime, id: string): Promise<void> {
    const known = await this.find(channel, id);
    if (known === undefined || known.sentAt !== undefined) return;
    const { text: _text, body: _body, ...facts } = known;
    await this.#put({ ...facts, sentAt: this.#node.parts.now() });
  }

  async #mustBeCleared(channel: ChannelRuntime, { id, header }: ParsedEntry): Promise<void> {
    const people = await this.#people(channel);
    const signer = people.get(header.actor);
    // Whoever is not accredited is refused for that; what a service sends, nobody wrote, and its label says so.
    if (signer === undefined || signer.automatic) return;
    const raw = fromBase64url(id, 32);
    const places = raw === undefined ? [] : await channel.store.findEntries(channel.id, [raw]);
    // A retry: it stands in our log, and is answered with its place.
    if (places.some(({ origin }) => partyOf(channel.replica, origin) === channel.replica.us)) return;
    const known = await this.find(channel, id);
    if (known?.cleared === undefined)
      throw new ParleyError('clearance_needed', known?.returned === undefined ? '' : 'it was sent back', { entry: id });
    const clearer = people.get(known.cleared.actor ?? '');
    if (clearer?.state !== 'accredited')
      throw new ParleyError('clearance_needed', `${known.cleared.name}, who cleared it, is not accredited now`, { entry: id });
    mustBeAnother(clearer, header.actor, people);
    if (!isInScope(clearer, header.type, documentOf(channel, known)))
      throw new ParleyError('clearance_needed', `${known.cleared.name}, who cleared it, may not sign one like it now`, { entry: id });
  }

  async #people(channel: ChannelRuntime): Promise<ReadonlyMap<string, Person>> {
    return (await channel.reader.state(channel.replica.us)).people;
  }

  async #put(clearance: Clearance): Promise<Clearance> {
    await this.#node.store.putLocal(COLLECTION, `${clearance.channel}/${clearance.id}`, JSON.stringify(clearance));
    this.#node.emit({ type: 'changed', channel: clearance.channel });
    return clearance;
  }

  /** What was sent back makes room first. Refuses `conflict` where too much waits. */
  async #makeRoom(channel: ChannelRuntime): Promise<void> {
    const waiting = (await this.list(channel)).filter(({ sentAt }) => sentAt === undefined);
    if (waiting.length < MAX_WAITING) return;
    const oldest = waiting.findLast(({ takenBackAt }) => takenBackAt !== undefined) ?? waiting.findLast(({ returned }) => returned !== undefined);
    if (oldest === undefined) throw new ParleyError('conflict', `at most ${MAX_WAITING} documents await clearance; send some back first`);
    await this.#node.store.deleteLocal(COLLECTION, `${channel.id}/${oldest.id}`);
  }
}

function mustBeAnother(clearer: Person, signer: string, people: ReadonlyMap<string, Person>): void {
  if (isSamePerson(clearer, { actor: signer, name: people.get(signer)?.name ?? '' }))
    throw new ParleyError('not_allowed', 'another person than the one who signs it');
}

/** What a document that waits says, by the bytes that were handed over; `undefined` once it was sent. */
function documentOf({ replica }: ChannelRuntime, { kind, text, body }: Clearance): Document | undefined {
  const bytes = body === undefined ? undefined : fromBase64(body);
  const known = kindOf(kind);
  if (text === undefined || bytes === undefined || known === undefined) return undefined;
  const opened = openUnsigned(replica.crypto.sha256, { text, body: bytes });
  return 'expected' in opened ? undefined : parseFields(known, opened.fields, []).document;
}

/** The kind of an entry that is here. */
async function typeOf(channel: ChannelRuntime, id: string | undefined): Promise<string | undefined> {
  const raw = id === undefined ? undefined : fromBase64url(id, 32);
  const [place] = raw === undefined ? [] : await channel.store.findEntries(channel.id, [raw]);
  const [row] = place === undefined ? [] : await channel.store.entriesAt([place]);
  const entry = row === undefined ? { expected: 'it' } : parseEntry(channel.replica.crypto.sha256, row.bytes);
  return 'entry' in entry ? entry.entry.header.type : undefined;
}

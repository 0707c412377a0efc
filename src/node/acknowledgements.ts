import { toBase64url } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import { type Act, actsOf, type Matter } from '../projection/matter.ts';
import { partyOf } from '../sync/replica.ts';
import { positionOf } from '../verify/verified-entry.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { isActRow } from './kept-fold.ts';
import type { PartyNode } from './party-node.ts';
import { type PeopleAct, peopleActsOf, peopleActsWith } from './people-acts.ts';
import { factsById, rawIds } from './views/facts.ts';

/** Who looked at a change of the other side and said so here, and when; `knowing`: origins of which two histories were known then. Local, never sent. */
export type Acknowledged = { readonly by: string; readonly at: number; readonly knowing?: readonly string[] };

/** Acts of another party that give power or replace keys: none is used before a person here has acknowledged it. A recall or an end takes effect at once. */
const GIVES_POWER: readonly string[] = ['accredit', 'return', 'rotate', 'generation'];
/** Those of them that replace keys: they are acknowledged before what the new keys say. */
const REPLACES_KEYS: readonly string[] = ['rotate', 'generation'];

/**
 * What other parties changed about their people and keys and nobody here has acknowledged, and whose documents are therefore held out of use.
 *
 * This is local: verdicts and digests are functions of the logs alone and stay the same on both sides. What is held out is shown, marked, and neither
 * meets a duty here, counts as a stance here, names a telephone here, nor can be answered from here.
 */
export class HeldOut {
  /** Changes that await an acknowledgement, party by party, in log order. */
  readonly pending: readonly PeopleAct[];
  readonly #grants: ReadonlyMap<string, readonly PeopleAct[]>;
  readonly #pending: ReadonlySet<string>;

  constructor(acts: readonly PeopleAct[], acknowledged: ReadonlyMap<string, Acknowledged>, us: number) {
    const giving = acts.filter(({ act, party }) => party !== us && GIVES_POWER.includes(act));
    this.pending = giving.filter(({ entry }) => !acknowledged.has(entry));
    this.#pending = new Set(this.pending.map(({ entry }) => entry));
    this.#grants = Map.groupBy(
      giving.filter(({ act }) => !REPLACES_KEYS.includes(act)),
      ({ party, actor }) => `${party}/${actor}`,
    );
  }

  /** The change by which what stands at this place of a party's words may be said, while nobody here has acknowledged it. */
  grantOf(party: number, index: number, actor: string): PeopleAct | undefined {
    const generation = this.pending.find((one) => one.act === 'generation' && one.party === party && one.index <= index);
    if (generation !== undefined) return generation;
    const grant = this.#grants.get(`${party}/${actor}`)?.findLast((one) => one.index < index);
    return grant !== undefined && this.#pending.has(grant.entry) ? grant : undefined;
  }

  /** Whether an act could be held out, said without looking up who signed it. */
  mayHold(act: Pick<Act, 'party' | 'index'>): boolean {
    return this.pending.some(({ party, index, act: name }) => name !== 'rotate' && party === act.party && index <= act.index);
  }
}

/** What is held out of use in a channel now. */
export async function heldOutOf(channel: ChannelRuntime): Promise<HeldOut> {
  return new HeldOut(await peopleActsOf(channel), await acknowledgedIn(channel), channel.replica.us);
}

/** As {@link heldOutOf}, while entries are being read whose matters (`changed`) are not kept yet. */
export async function heldOutWith(channel: ChannelRuntime, changed: readonly Matter[]): Promise<HeldOut> {
  return new HeldOut(await peopleActsWith(channel, changed), await acknowledgedIn(channel), channel.replica.us);
}

/** What was acknowledged in a channel, by entry. */
export async function acknowledgedIn(channel: ChannelRuntime): Promise<ReadonlyMap<string, Acknowledged>> {
  const rows = await channel.store.listLocal(collectionOf(channel));
  return new Map(rows.map(({ key, json }) => [key, parseAcknowledged(json)]));
}

/** Ids among these of acts whose signer nobody here has acknowledged. */
export async function heldOutIds(channel: ChannelRuntime, heldOut: HeldOut, acts: readonly Act[]): Promise<ReadonlySet<string>> {
  const candidates = acts.filter((act) => heldOut.mayHold(act));
  if (candidates.length === 0) return new Set();
  const facts = await factsById(
    channel,
    candidates.map(({ id }) => id),
  );
  return new Set(
    candidates.filter(({ id, party, index }) => heldOut.grantOf(party, index, facts.get(id)?.actor ?? '') !== undefined).map(({ id }) => id),
  );
}

/** What breaks a silence binds nobody, and without it silence would be read as consent: it counts whoever of the other side signed it. */
const BREAKS_SILENCE: readonly string[] = ['objection', 'amendment'];

/** Matters as they may be used here: without the acts of people whom nobody here has acknowledged. Digests are over the whole ones. */
export async function usableMatters(channel: ChannelRuntime, heldOut: HeldOut, matters: readonly Matter[]): Promise<readonly Matter[]> {
  if (heldOut.pending.length === 0) return matters;
  const out = await heldOutIds(
    channel,
    heldOut,
    matters.flatMap(actsOf).filter(({ type }) => !BREAKS_SILENCE.includes(type)),
  );
  return out.size === 0 ? matters : matters.map((matter) => withoutActs(matter, out));
}

/**
 * Keeps that somebody here has looked at these changes. Again is no harm. Refuses `not_found` for what is no change of another party here, and `conflict`
 * where a key event before it is not acknowledged: who an unknown key accredits is not known either.
 */
export async function acknowledge(node: PartyNode, channel: ChannelRuntime, entries: readonly string[], by: string): Promise<void> {
  const { pending } = await heldOutOf(channel);
  const acts = await peopleActsOf(channel);
  const wanted = entries.map((entry) => {
    const act = acts.find((one) => one.entry === entry && one.party !== channel.replica.us && GIVES_POWER.includes(one.act));
    if (act === undefined) throw new ParleyError('not_found', 'a change of another party here');
    return act;
  });
  for (const act of wanted) {
    const before = pending.find(
      (one) => REPLACES_KEYS.includes(one.act) && one.party === act.party && one.index < act.index && !entries.includes(one.entry),
    );
    if (before !== undefined) throw new ParleyError('conflict', 'the new keys of that party come first');
  }
  const { generations } = channel.replica;
  const knowing = generations.all.flatMap(({ origin }) => (generations.isForked(origin) ? [origin] : []));
  const said = { by, at: node.parts.now(), ...(knowing.length > 0 ? { knowing } : {}) };
  // Between two readings: an erasure that is read meanwhile must not go on waiting for what has been said.
  await channel.reader.between(async () => {
    const known = await acknowledgedIn(channel);
    const fresh = wanted.filter(({ entry }) => !known.has(entry));
    const then = new HeldOut(acts, new Map([...known, ...fresh.map(({ entry }) => [entry, said] as const)]), channel.replica.us);
    await channel.eraseWaiting(then);
    for (const { entry } of fresh) await channel.store.putLocal(collectionOf(channel), entry, JSON.stringify(said));
  });
  channel.changedHere();
}

/**
 * Refuses `unacknowledged` for a document of ours that answers or concerns what somebody signed whom nobody here has acknowledged: an answer is a use.
 * An accreditation itself can be answered (agrément): its party's node carries it, and it is no document of the person.
 */
export async function mustBeAcknowledged(channel: ChannelRuntime, ids: readonly string[]): Promise<void> {
  const heldOut = await heldOutOf(channel);
  if (ids.length === 0 || heldOut.pending.length === 0) return;
  const facts = await factsById(channel, ids);
  // A copy in another log is not what somebody signed there, and whoever made it must not open our door to it: the act's own place says who may sign.
  const acts = (await channel.store.verdicts(channel.id, rawIds(ids))).filter(isActRow);
  const placed = new Set(acts.map(({ id }) => toBase64url(id)));
  const unread = [...facts].filter(([id]) => !placed.has(id));
  for (const [id, place] of [...acts.map((row) => [toBase64url(row.id), row] as const), ...unread]) {
    const party = partyOf(channel.replica, place.origin);
    const grant = party === undefined ? undefined : heldOut.grantOf(party, placeIn(channel, place), facts.get(id)?.actor ?? '');
    if (grant !== undefined) throw new ParleyError('unacknowledged', grant.name === '' ? 'its party’s new keys' : `${grant.name}, ${grant.post}`);
  }
}

/** Where an entry stands among all that its party said, through its generations. */
export function placeIn(channel: ChannelRuntime, { origin, index }: { readonly origin: string; readonly index: number }): number {
  return positionOf(Math.max(0, channel.replica.generations.ordinal(origin)), index);
}

function withoutActs(matter: Matter, out: ReadonlySet<string>): Matter {
  const components = Object.entries(matter.components).map(([party, acts]) => [party, acts.filter(({ id }) => !out.has(id))] as const);
  return { ...matter, components: Object.fromEntries(components) };
}

function collectionOf(channel: ChannelRuntime): string {
  return `acknowledged/${channel.id}`;
}

function parseAcknowledged(json: string): Acknowledged {
  const value = JSON.parse(json) as Json;
  assert(isObject(value) && typeof value.by === 'string' && typeof value.at === 'number', 'a stored acknowledgement has its form');
  const knowing = Array.isArray(value.knowing) ? value.knowing.filter((one) => typeof one === 'string') : [];
  return { by: value.by, at: value.at, ...(knowing.length > 0 ? { knowing } : {}) };
}

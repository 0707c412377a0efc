import { equal, toBase64url, utf8 } from '../base/bytes.ts';

import type { Phrase } from '../base/phrases.ts';
import type { Sha256, SignatureCheck } from '../base/ports.ts';
import { type AccreditationAct, parseAct } from '../document/accreditation.ts';
import type { Document } from '../document/kind.ts';
import { actorOf } from '../entry/actor.ts';
import type { Channel } from '../entry/charter.ts';
import type { Header } from '../entry/header.ts';
import { parseIdentityNote, thresholdChecks } from '../entry/identity-note.ts';
import { isAcceptableSigningKey, signingKeyOf } from '../entry/signing-key.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { parseLines } from '../tlog/note.ts';
import { pairCandidates } from './head.ts';
import { rotateEffect } from './identity-events.ts';
import { foundingLineage, type ReadLineage } from './read-lineage.ts';
import type { Person, ReaderState } from './reader-state.ts';
import { positionOf, type StampFacts } from './verified-entry.ts';

type Applied = { readonly state: ReaderState; readonly stamp?: StampFacts };
/** Why an entry is void; `strangers`: a party's log or cosigner that is not known may yet make it valid. */
export type Voids = { readonly voids: readonly Phrase[]; readonly strangers?: boolean };

/** What an entry does to its reader once its signatures hold. */
export type Effect = {
  /** Checks beside the entry's own line. */
  readonly checks: readonly SignatureCheck[];
  /** How many of `checks` must hold for the entry to be valid; all when left out. */
  readonly requiredChecks?: number;
  /** `results` are those of `checks`. */
  readonly apply: (results: readonly boolean[], state: ReaderState) => Applied | Voids;
};

/** An identity note carried by an `identity` entry: accreditation and its kin. Its number must follow the last valid one. */
export function identityEffect(
  sha256: Sha256,
  channel: Channel,
  party: number,
  state: ReaderState,
  header: Header,
  document: Document,
  id: string,
): Effect | Voids {
  const text = document.fields.note;
  const parsed = parseIdentityNote(utf8(typeof text === 'string' ? text : ''));
  if ('expected' in parsed) return { voids: [{ id: 'void.identity_note' }] };
  const { note, signed } = parsed;
  if (note.channel !== channel.id || note.party !== party) return { voids: [{ id: 'void.identity_elsewhere' }] };
  if (note.n !== state.n + 1) return { voids: [{ id: 'void.identity_number', values: { n: note.n, expected: state.n + 1 } }] };
  if (note.act.act === 'rotate') return rotateEffect(sha256, state, note, signed);
  const threshold = thresholdChecks(sha256, signed, state.identity);
  if ('expected' in threshold) return { voids: [{ id: 'void.identity_threshold' }] };
  const act = parseAct(note.act);
  if ('expected' in act) return { voids: [{ id: 'void.identity_act' }] };
  const people = applyAct(sha256, state, act.act, header, id);
  if ('voids' in people) return people;
  return { checks: threshold.checks, apply: (_, now) => ({ state: { ...now, n: note.n, people: people.people } }) };
}

function applyAct(
  sha256: Sha256,
  state: ReaderState,
  act: AccreditationAct,
  header: Header,
  id: string,
): { people: ReadonlyMap<string, Person> } | Voids {
  const person = state.people.get(act.actor);
  const set = (next: Person): { people: ReadonlyMap<string, Person> } => ({ people: new Map(state.people).set(act.actor, next) });
  if (act.act === 'accredit') {
    if (person !== undefined && person.state === 'accredited') return { voids: [{ id: 'void.accredited_already', values: { name: person.name } }] };
    // Whether a person or a service signed is told by the key alone, wherever it is shown: it is one or the other for good.
    if (person !== undefined && person.automatic !== act.scope.automatic)
      return { voids: [{ id: 'void.key_changed_hands', values: { name: person.name } }] };
    // Once per key, here: afterwards signatures need no torsion check (one Ed25519 accept set for Node, browsers and noble).
    const key = signingKeyOf(act);
    if (key === undefined || !isAcceptableSigningKey(key) || actorOf(sha256, key) !== act.actor) return { voids: [{ id: 'void.key_unacceptable' }] };
    const { name, post, scope } = act;
    return set({
      actor: act.actor,
      key: toBase64url(key),
      name,
      post,
      kinds: scope.kinds,
      marking: scope.marking,
      mayRecall: scope.may_recall,
      automatic: scope.automatic,
      state: 'accredited',
      recalledBy: null,
      matter: id,
      since: header.time,
    });
  }
  if (person === undefined || person.state === 'ended') return { voids: [{ id: 'void.nobody_there' }] };
  if (header.refs[0] !== person.matter) return { voids: [{ id: 'void.other_accreditation' }] };
  if (act.act === 'end') return set({ ...person, state: 'ended', since: header.time });
  if (act.act === 'recall') return set({ ...person, state: 'recalled', recalledBy: 'identity', since: header.time });
  if (person.state !== 'recalled') return { voids: [{ id: 'void.not_recalled', values: { name: person.name } }] };
  return set({ ...person, state: 'accredited', recalledBy: null, since: header.time });
}

/** A recall or return signed by a representative who may recall; never above what the identity threshold did. */
export function recallEffect(state: ReaderState, signer: Person, header: Header, document: Document, _id: string): Effect | Voids {
  if (!signer.mayRecall) return { voids: [{ id: 'void.may_not_recall', values: { name: signer.name } }] };
  const actor = document.fields.actor;
  const person = typeof actor === 'string' ? state.people.get(actor) : undefined;
  if (person === undefined || person.state === 'ended') return { voids: [{ id: 'void.nobody_there' }] };
  if (header.refs[0] !== person.matter) return { voids: [{ id: 'void.other_accreditation' }] };
  const set = (next: Person): Effect => ({
    checks: [],
    apply: (_, now) => ({ state: { ...now, people: new Map(now.people).set(person.actor, next) } }),
  });
  if (document.kind === 'recall') {
    if (person.state === 'recalled') return { voids: [{ id: 'void.recalled', values: { name: person.name } }] };
    return set({ ...person, state: 'recalled', recalledBy: 'representative', since: header.time });
  }
  if (person.state !== 'recalled') return { voids: [{ id: 'void.not_recalled', values: { name: person.name } }] };
  if (person.recalledBy === 'identity') return { voids: [{ id: 'void.recalled_higher', values: { name: person.name } }] };
  return set({ ...person, state: 'accredited', recalledBy: null, since: header.time });
}

/**
 * A stamp: a checkpoint text and the cosignature pairs over it, logged so that clocks may run on their times (spec/time.md).
 * Each pair that verifies counts; a stamp none of whose pairs does, or whose root is not that log's at that size, is void.
 */
export async function stampEffect(
  context: {
    readonly crypto: { readonly sha256: Sha256 };
    readonly channel: Channel;
    readonly party: number;
    readonly origin: string;
    readonly rootAt: (origin: string, size: number) => Promise<Uint8Array | undefined>;
    readonly lineage?: ReadLineage;
  },
  index: number,
  document: Document,
): Promise<Effect | Voids> {
  const { sha256 } = context.crypto;
  const { checkpoint: text, lines, entry } = document.fields;
  const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : { expected: 'a checkpoint' };
  const parsed = typeof lines === 'string' ? parseLines(utf8(lines)) : { expected: 'lines' };
  if ('expected' in checkpoint || 'expected' in parsed || typeof entry !== 'string') return { voids: [{ id: 'void.stamp_form' }] };
  const head = checkpoint.checkpoint;
  const lineage = context.lineage ?? foundingLineage(sha256, context.channel);
  const log = lineage.find(head.origin);
  if (log === undefined) return { voids: [{ id: 'void.stamp_other_log' }], strangers: true };
  const { party } = log;
  // Of its own log it follows what it stamps: a head that would cover the stamp itself cannot have been cosigned before it was written.
  if (head.origin === context.origin && head.size > index) return { voids: [{ id: 'void.stamp_root' }] };
  const root = await context.rootAt(head.origin, head.size);
  if (root !== undefined && !equal(root, head.root)) return { voids: [{ id: 'void.stamp_root' }] };
  const cosigners = lineage.cosigners(party);
  const candidates = pairCandidates(sha256, cosigners, head, parsed.lines);
  const strangers = parsed.lines.some(({ name }) => name.endsWith('/held') && !cosigners.some(({ keys }) => keys.name === name));
  const checks = candidates.flatMap((candidate) => candidate.checks);
  return {
    checks,
    requiredChecks: 0,
    apply: (results, state) => {
      const good = candidates.filter((_, i) => results[2 * i] === true && results[2 * i + 1] === true).map(({ pair }) => pair);
      if (good.length === 0) return { voids: [{ id: 'void.stamp_unsigned' }], strangers };
      const held = good.filter((pair) => pair.role === 'held').map((pair) => ({ party: pair.who, time: pair.time }));
      const witnessed = good.filter((pair) => pair.role === 'witness').map((pair) => ({ host: pair.who, time: pair.time }));
      const covers = log.ordinal === 0 ? { size: head.size } : { from: positionOf(log.ordinal, 0), size: positionOf(log.ordinal, head.size) };
      return { state: strangers ? { ...state, strangers } : state, stamp: { entry, party, ...covers, held, witnessed } };
    },
  };
}

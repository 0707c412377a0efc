import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { type AccreditationAct, parseAct } from '../document/accreditation.ts';
import { parseIdentityNote } from '../entry/identity-note.ts';
import { eventOf, type KeyEvent, parseKeyEvent } from '../entry/key-event.ts';
import { type Act, actsOf, type Matter, parseMatter } from '../projection/matter.ts';
import type { EntryRow } from '../store/store.ts';
import { positionOf } from '../verify/verified-entry.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { readEntry } from './views/facts.ts';

/** What changed who may sign for a party, or which keys the party itself has. */
export type PeopleActName = 'accredit' | 'recall' | 'return' | 'end' | 'rotate' | 'generation';

/** One act about a party's people or keys, as its log has it: valid, in log order. */
export type PeopleAct = {
  readonly act: PeopleActName;
  /** Entry that carries it. */
  readonly entry: string;
  readonly party: number;
  /** Place among all that its party said, through its generations. */
  readonly index: number;
  /** Claimed time; 0 where none is claimed (a generation). */
  readonly time: number;
  /** Whom it is about; empty for a key event. */
  readonly actor: string;
  /** Name of that person; empty for a key event. */
  readonly name: string;
  readonly post: string;
  /** Entry that accredited them, or the key event itself. */
  readonly matter: string;
  /** Whether the party's identity keys signed it, or a representative who may recall. */
  readonly by: 'identity' | 'representative';
  /** When it takes effect for people to read, where it says so. */
  readonly effectiveAt?: number;
  readonly reason?: string;
  /** Number of a key event. */
  readonly event?: number;
};

/** What an `identity` entry carries; it never changes, so each is parsed once. */
type Carried = AccreditationAct | KeyEvent;

const carried = new WeakMap<ChannelRuntime, Map<string, Carried | undefined>>();
const computed = new WeakMap<ChannelRuntime, { version: number; acts: Promise<readonly PeopleAct[]> }>();

/** All acts about people and keys in a channel, party by party, in log order; computed once for each state of the channel. */
export function peopleActsOf(channel: ChannelRuntime): Promise<readonly PeopleAct[]> {
  const known = computed.get(channel);
  if (known?.version === channel.version) return known.acts;
  const entry = { version: channel.version, acts: readActs(channel) };
  computed.set(channel, entry);
  void entry.acts.catch(() => computed.delete(channel));
  return entry.acts;
}

/** As {@link peopleActsOf}, with what these matters say now: entries are being read whose matters are not kept yet. */
export function peopleActsWith(channel: ChannelRuntime, changed: readonly Matter[]): Promise<readonly PeopleAct[]> {
  return readActs(channel, changed);
}

async function readActs(channel: ChannelRuntime, changed: readonly Matter[] = []): Promise<readonly PeopleAct[]> {
  const kept = (await channel.store.matters(channel.id, { kind: 'identity' })).map((row) => parseMatter(row.state));
  const now = new Map([...kept, ...changed.filter(({ kind }) => kind === 'identity')].map((matter) => [matter.id, matter]));
  const matters = [...now.values()];
  const notes = await carriedBy(
    channel,
    matters.flatMap((matter) => actsOf(matter).filter(({ type }) => type === 'identity')),
  );
  const acts = matters.flatMap((matter) => {
    const opening = notes.get(matter.id);
    // Who is accredited says their name once; what is said of them later refers to it.
    const about = opening?.act === 'accredit' ? { name: opening.name, post: opening.post } : { name: '', post: '' };
    return (matter.components[matter.opener] ?? []).flatMap((act): readonly PeopleAct[] => actOf(act, notes.get(act.id), matter.id, about));
  });
  return [...acts, ...generationsOf(channel)].sort((a, b) => a.party - b.party || a.index - b.index);
}

/** Later logs of the parties: each has keys of its own, which the party's identity signed for. */
function generationsOf(channel: ChannelRuntime): readonly PeopleAct[] {
  const { generations, channel: facts } = channel.replica;
  return facts.parties.flatMap((_, party) =>
    generations.sequence(party).flatMap(({ note, origin }): readonly PeopleAct[] => {
      if (note === undefined) return [];
      const base = { entry: note.hash, party, index: positionOf(generations.ordinal(origin), 0), time: 0, matter: note.hash };
      return [{ ...base, act: 'generation', actor: '', name: '', post: '', by: 'identity' }];
    }),
  );
}

function actOf(act: Act, note: Carried | undefined, matter: string, about: { name: string; post: string }): readonly PeopleAct[] {
  const base = { entry: act.id, party: act.party, index: act.index, time: act.time, matter, ...about };
  if (act.type === 'identity') {
    if (note === undefined) return [];
    if (note.act === 'rotate') return [{ ...base, act: 'rotate', actor: '', by: 'identity', event: eventOf(note.identity) }];
    const at = 'effective_at' in note ? note.effective_at : null;
    const reason = note.act === 'recall' ? note.reason : null;
    return [
      {
        ...base,
        act: note.act,
        actor: note.actor,
        by: 'identity',
        ...(at === null ? {} : { effectiveAt: at }),
        ...(reason === null ? {} : { reason }),
      },
    ];
  }
  const { actor, effective_at: at } = act.frame;
  if ((act.type !== 'recall' && act.type !== 'return_to_post') || typeof actor !== 'string') return [];
  const name = act.type === 'recall' ? 'recall' : 'return';
  return [{ ...base, act: name, actor, by: 'representative', ...(typeof at === 'number' ? { effectiveAt: at } : {}) }];
}

async function carriedBy(channel: ChannelRuntime, acts: readonly Act[]): Promise<ReadonlyMap<string, Carried>> {
  const known = carried.get(channel) ?? new Map<string, Carried | undefined>();
  carried.set(channel, known);
  const wanted = acts.filter(({ id }) => !known.has(id)).flatMap(({ id }) => fromBase64url(id, 32) ?? []);
  const rows = wanted.length === 0 ? [] : await channel.store.entriesAt(await channel.store.findEntries(channel.id, wanted));
  for (const row of rows) known.set(toBase64url(row.id), parseCarried(channel, row));
  return new Map(
    acts.flatMap(({ id }): [string, Carried][] => {
      const one = known.get(id);
      return one === undefined ? [] : [[id, one]];
    }),
  );
}

function parseCarried(channel: ChannelRuntime, row: EntryRow): Carried | undefined {
  const parsed = parseIdentityNote(utf8(String(readEntry(channel, row).document?.fields.note ?? '')));
  if ('expected' in parsed) return undefined;
  const act = parseAct(parsed.note.act);
  if ('act' in act) return act.act;
  const event = parseKeyEvent(parsed.note.act);
  return 'event' in event ? event.event : undefined;
}

import {
  type Broken,
  type Config,
  common,
  EXPIRY,
  extendsIt,
  type History,
  honestParty,
  type LogId,
  leaves,
  prefix,
  rootOf,
  sizeOf,
  type World,
} from './world.ts';

/** One leaf in a party's counted sequence. */
export type Place = { readonly log: LogId; readonly index: number; readonly leaf: string };

/** What one honest party computes from the vector of heads it has read. */
export type View = {
  /** Heads read, forked logs and what stands of those: equal vectors must mean equal states. */
  readonly vector: string;
  /** Counted sequences by party. */
  readonly sequences: readonly (readonly Place[])[];
  /** When the duty of party 1 started, and when it was met. */
  readonly start: number | undefined;
  readonly met: number | undefined;
  /** Whether the silence procedure is complete. */
  readonly silent: boolean;
  /** Whether an objection is counted that a quorum of hosts saw before the expiry, as its author's log says. */
  readonly objected: boolean;
};

/** Logs as far as somebody has read them, and which of them are known to be forked. */
type Sight = {
  readonly config: Config;
  readonly world: World;
  readonly logs: Readonly<Record<LogId, History>>;
  readonly forked: Readonly<Record<LogId, true>>;
};

/** What a view depends on besides the party itself. */
type Computed = { readonly lines: World['lines']; readonly lies: World['lies']; readonly view: View };
const views = new WeakMap<World['parties'][number] & object, Computed>();

/** The view of an honest party; computed again only when something it depends on has changed. */
export function viewOf(config: Config, world: World, party: number): View {
  const self = honestParty(world, party);
  const known = views.get(self);
  if (known !== undefined && known.lines === world.lines && known.lies === world.lies) return known.view;
  const view = compute(config, world, party);
  views.set(self, { lines: world.lines, lies: world.lies, view });
  return view;
}

function compute(config: Config, world: World, party: number): View {
  const sight = sightOf(config, world, party);
  const sequences = config.parties.map((_, of) => sequence(sight, of));
  const forks = Object.keys(sight.forked).filter((log) => sight.logs[log] !== undefined);
  const heads = Object.entries(sight.logs).filter(([, history]) => history !== '');
  return {
    vector: JSON.stringify([sortPairs(heads), forks.map((log) => [log, standing(config, world, log)])]),
    sequences,
    start: startOf(config, sequences[0] ?? []),
    met: metOf(config, sequences[1] ?? []),
    silent: isSilent(config, sequences),
    objected: sequences.slice(1).some((places) => isSafelyObjected(config, places)),
  };
}

function sortPairs(pairs: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...pairs].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

/** What a party can read: its own logs, and others' up to the first entry whose body is withheld. */
export function sightOf(config: Config, world: World, party: number): Sight {
  const { disk } = honestParty(world, party);
  const own = Object.entries(disk.own).map(([gen, history]) => [`${party}${gen}`, history]);
  const held = Object.entries(disk.held).map(([log, history]) => [log, prefix(history, disk.unopened[log] ?? sizeOf(history))]);
  return { config, world, logs: Object.fromEntries([...own, ...held]) as Record<LogId, History>, forked: disk.forked };
}

/**
 * What a party said it holds of a log: the heads its cosignatures are over. Where those of a later generation of it conflict with what it said
 * before (it lost its mark, and its disk was rolled back), they count as far as they agree: else a forker could so be rid of what stands.
 */
function receiptsOf(world: World, party: number, log: LogId, anyReceipt = false): readonly History[] {
  const lie = world.lies[`${party}>${log}`];
  const said: History[] = lie === undefined ? [] : [lie];
  for (const gen of 'abcd') {
    const earlier = [...said];
    for (const { history } of world.lines[`${party}${gen}>${log}`] ?? []) {
      const other = anyReceipt ? undefined : earlier.find((one) => !extendsIt(one, history) && !extendsIt(history, one));
      said.push(other === undefined ? history : common(other, history));
    }
  }
  return said;
}

const standings = new WeakMap<World['lines'], WeakMap<World['lies'], Record<string, History>>>();

/** What of a log stands, computed once for the same cosignatures. */
export function standing(config: Config, world: World, log: LogId): History {
  const byLies = standings.get(world.lines) ?? new WeakMap<World['lies'], Record<string, History>>();
  standings.set(world.lines, byLies);
  const known = byLies.get(world.lies) ?? {};
  byLies.set(world.lies, known);
  const key = `${config.broken ?? ''} ${log}`;
  known[key] ??= computeStanding(config, world, log);
  return known[key];
}

/** What of a log stands: the largest prefix that every other party receipted; where those conflict, what all of them share. */
function computeStanding(config: Config, world: World, log: LogId): History {
  let candidates: readonly History[] | undefined;
  for (const party of config.parties.keys()) {
    if (String(party) === log[0]) continue;
    const receipted = receiptsOf(world, party, log, config.broken === 'any receipt counts');
    candidates = candidates === undefined ? receipted : candidates.flatMap((one) => receipted.map((other) => common(one, other)));
  }
  if (config.broken === 'host decides standing') {
    const seen = Object.entries(world.lines).flatMap(([name, lines]) => (name[0] === 'h' && name.endsWith(`>${log}`) ? lines : []));
    const first = seen.map(({ history }) => history).sort((a, b) => sizeOf(b) - sizeOf(a))[0];
    if (first !== undefined) candidates = candidates?.map((one) => common(one, first));
  }
  const sizes = [...(candidates ?? [])].sort((a, b) => sizeOf(b) - sizeOf(a));
  const largest = sizes[0] ?? '';
  return sizes.reduce((sum, one) => (extendsIt(sum, one) ? sum : common(sum, one)), largest);
}

/** What a generation's first leaf says it continues. */
export function continues(leaf: string): { gen: string; size: number; root: string } | undefined {
  if (leaf[0] !== 'g') return undefined;
  const [gen = '', size = '', root = ''] = leaf.slice(1).split(':');
  return { gen, size: Number(size), root };
}

/** A party's counted sequence: the counted prefix of its founding log, then the generations that continue it, each with its own. */
export function sequence(sight: Sight, party: number): readonly Place[] {
  return walk(sight, `${party}a`, countedEnd);
}

/** Those places of the sequence that stand: below the standing head, in a generation whose parent stands where it continues. */
export function standingPlaces(sight: Sight, party: number): readonly Place[] {
  const config: Config = { ...sight.config, broken: undefined };
  const stands = (log: LogId) => sizeOf(common(standing(config, sight.world, log), sight.logs[log] ?? ''));
  if (sight.config.broken !== 'generation stands alone') return walk(sight, `${party}a`, (_, log) => stands(log));
  const logs = Object.keys(sight.logs).filter((log) => log[0] === String(party));
  return logs.flatMap((log) =>
    leaves(sight.logs[log] ?? '')
      .slice(0, stands(log))
      .map((leaf, index) => ({ log, index, leaf })),
  );
}

type End = (sight: Sight, log: LogId, children: readonly Child[]) => number;
type Child = { readonly log: LogId; readonly size: number };

function walk(sight: Sight, log: LogId, end: End): readonly Place[] {
  const history = sight.logs[log] ?? '';
  const all = childrenOf(sight, log);
  const counted = end(sight, log, all);
  const places = leaves(history)
    .slice(0, counted)
    .map((leaf, index) => ({ log, index, leaf }));
  const children = all.filter(({ size }) => size <= counted);
  return [...places, ...children.flatMap((child) => walk(sight, child.log, end))];
}

/** Generations that say truly what they continue of this log: their root is that of a prefix held. */
function childrenOf(sight: Sight, log: LogId): readonly Child[] {
  const history = sight.logs[log] ?? '';
  const children: Child[] = [];
  for (const [other, text] of Object.entries(sight.logs)) {
    const parent = other[0] === log[0] && text !== '' ? continues(leaves(text)[0] ?? '') : undefined;
    if (parent === undefined || parent.gen !== log[1] || other === log) continue;
    if (parent.size <= sizeOf(history) && rootOf(prefix(history, parent.size)) === parent.root) children.push({ log: other, size: parent.size });
  }
  return children.sort((a, b) => (a.log < b.log ? -1 : 1));
}

/** How much of a log counts: open and unforked, all; closed, what stands or is continued; forked, what stands. */
function countedEnd({ config, world, logs, forked }: Sight, log: LogId, children: readonly Child[]): number {
  const history = logs[log] ?? '';
  const stands = sizeOf(common(standing(config, world, log), history));
  if (forked[log]) return config.broken === 'common prefix counts' ? branchPoint(world, log, history) : stands;
  if (children.length === 0) return sizeOf(history);
  const continued = Math.max(...children.map(({ size }) => size));
  return config.broken === 'continues alone counts' ? continued : Math.max(stands, continued);
}

/** The broken rule: what all branches share that anyone has shown. */
function branchPoint(world: World, log: LogId, history: History): number {
  const shown = [
    ...Object.entries(world.lines).flatMap(([name, lines]) => (name.endsWith(`>${log}`) ? lines.map((line) => line.history) : [])),
    ...world.parties.flatMap((party) => party?.disk.held[log] ?? []),
  ];
  return Math.min(sizeOf(history), ...shown.map((other) => sizeOf(common(other, history))));
}

/** A stamp: whose times over which head. `h1:0a:2:root@1` a receipt of party 1, `w0a:2:root@0=1,1=2` hosts, `s1a:3:root@1` a silence, `+` receipted by the proposer. */
export type Stamp = {
  readonly kind: 'h' | 'w' | 's';
  readonly by: number;
  readonly log: LogId;
  readonly size: number;
  readonly root: string;
  readonly times: readonly number[];
  readonly receipted: boolean;
};

/** Reads a leaf as a stamp. */
export function stampIn(leaf: string): Stamp | undefined {
  const [, kind, by, log = '', size, root = '', times = '', plus] = /^([hws])(?:(\d):)?(\d\w):(\d+):(\w+)@([\d,]+)(\+?)/.exec(leaf) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: kind as Stamp['kind'],
    by: Number(by ?? -1),
    log,
    size: Number(size),
    root,
    times: times.split(',').map(Number),
    receipted: plus === '+',
  };
}

function covers(stamp: Stamp | undefined, place: Place, sequence: readonly Place[]): stamp is Stamp {
  if (stamp === undefined || stamp.log !== place.log || stamp.size <= place.index) return false;
  const below = sequence.filter(({ log, index }) => log === stamp.log && index < stamp.size).map(({ leaf }) => leaf);
  return below.length === stamp.size && rootOf(below.join('.')) === stamp.root;
}

/** The request starts the duty when party 1 receipted it, as the first stamp that says so has it. */
function startOf(config: Config, asker: readonly Place[]): number | undefined {
  const asked = asker.find(({ leaf }) => leaf[0] === 'q');
  if (asked === undefined) return undefined;
  const times = asker
    .map(({ leaf }) => stampIn(leaf))
    .filter((stamp) => stamp?.kind === 'h' && stamp.by === 1 && covers(stamp, asked, asker))
    .map((stamp) => stamp?.times[0]);
  return config.broken === 'later stamp moves start' ? times.at(-1) : times[0];
}

/** The answer counts from the earlier of its receipt by the asker and its sight by a quorum of hosts, as its author stamped them. */
function metOf(config: Config, debtor: readonly Place[]): number | undefined {
  const answer = debtor.find(({ leaf }) => leaf[0] === 'r');
  if (answer === undefined) return undefined;
  const stamps = debtor.map(({ leaf }) => stampIn(leaf)).filter((stamp) => covers(stamp, answer, debtor));
  const held = stamps.flatMap((stamp) => (stamp?.kind === 'h' && stamp.by === 0 ? stamp.times : []));
  const seen = stamps.flatMap((stamp) => (stamp?.kind === 'w' ? [seenAt(config, stamp.times)] : []));
  const largest = config.broken === 'largest witness time';
  const times = [...held, ...(largest && seen.length > 0 ? [Math.max(...seen)] : seen)];
  return times.length === 0 ? undefined : Math.min(...times);
}

function seenAt(config: Config, times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[config.quorum - 1] ?? Number.POSITIVE_INFINITY;
}

/**
 * Silence is complete when of every other party a head is stamped that a quorum of hosts saw at or after the expiry and that the proposer receipted,
 * hence opened, with no objection below it, and likewise of every generation that one continues; and no objection is counted that a quorum saw before.
 */
function isSilent(config: Config, sequences: readonly (readonly Place[])[]): boolean {
  const [proposer = [], ...others] = sequences;
  if (!proposer.some(({ leaf }) => leaf[0] === 'q')) return false;
  return others.every((places, i) => {
    if (keeps(config, 'late objection ignored') && isSafelyObjected(config, places)) return false;
    const stamps = proposer.flatMap(({ leaf }) => stampIn(leaf) ?? []).filter(({ kind, log }) => kind === 's' && log[0] === String(i + 1));
    const silent = stamps.filter((stamp) => isSilentStamp(config, stamp, places));
    return silent.some(({ log }) => isSilentSince(config, places, silent, log, 1));
  });
}

/** Whether a log and all that it continues are stamped in silence, each at least as far as it is continued. */
function isSilentSince(config: Config, places: readonly Place[], silent: readonly Stamp[], log: LogId, size: number): boolean {
  if (!silent.some((stamp) => stamp.log === log && stamp.size >= size)) return false;
  const parent = continues(places.find((place) => place.log === log && place.index === 0)?.leaf ?? '');
  if (parent === undefined || !keeps(config, 'last generation alone is silent')) return true;
  return isSilentSince(config, places, silent, `${log[0]}${parent.gen}`, parent.size);
}

function isSilentStamp(config: Config, stamp: Stamp, places: readonly Place[]): boolean {
  if (seenAt(config, stamp.times) < EXPIRY && keeps(config, 'early silence')) return false;
  const tolerant = !keeps(config, 'unopened tolerated');
  if (!stamp.receipted && !tolerant) return false;
  const last = places.find((place) => place.log === stamp.log && place.index === stamp.size - 1);
  if (!(last === undefined ? tolerant : covers(stamp, last, places))) return false;
  // What precedes the log in the sequence may still grow: a closed generation counts on where it stands.
  const heard = keeps(config, 'last generation alone is silent')
    ? places.filter(({ log, index }) => log === stamp.log && index < stamp.size)
    : places.slice(0, last === undefined ? undefined : places.indexOf(last) + 1);
  return !heard.some((place) => place.leaf[0] === 'r');
}

/** Whether the author of an objection has stamped that a quorum of hosts saw it before the expiry. */
export function isSafelyObjected(config: Config, places: readonly Place[]): boolean {
  const objection = places.find(({ leaf }) => leaf[0] === 'r');
  if (objection === undefined) return false;
  return places.some(({ leaf }) => {
    const stamp = stampIn(leaf);
    return stamp?.kind === 'w' && covers(stamp, objection, places) && seenAt(config, stamp.times) < EXPIRY;
  });
}

/** Whether founding is complete: every size-1 head is receipted by all others and seen by a quorum of hosts. */
export function isOpen(config: Config, world: World): boolean {
  // Cosignatures do not go away.
  if (config.founded) return true;
  return config.parties.every((kind, party) => {
    const log = `${party}a`;
    if (kind === 'honest' && !(world.signed[log]?.length ?? 0)) return false;
    const receipted = config.parties.every((_, other) => other === party || receiptsOf(world, other, log).length > 0);
    const seen = config.hosts.filter((host, at) => host === 'liar' || world.hosts[at]?.[log] !== undefined).length;
    return receipted && (config.quorum === 0 || seen >= config.quorum);
  });
}

/** Whether a rule is kept in this space. */
export function keeps(config: Config, rule: Broken): boolean {
  return config.broken !== rule;
}

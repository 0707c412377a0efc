import { hash53 } from './explore.ts';

/** A history: the leaves of a log joined by dots, oldest first; equal text, equal root. `c` is the charter, `ga:1:<root>` a generation's note. */
export type History = string;

/** A log: the party's number and the letter of its generation, e.g. `0a` for the founding log of party 0. */
export type LogId = string;

/** What survives a crash and is lost to a restored backup. */
export type Disk = {
  readonly founding: 'new' | 'agreed' | 'dead';
  /** Letter of the generation this party writes in. */
  readonly gen: string;
  /** Own signed heads by generation. */
  readonly own: Readonly<Record<string, History>>;
  /** The head about to be signed in `gen`; empty for none. */
  readonly pending: History;
  /** Leaves held of other parties' logs. */
  readonly held: Readonly<Record<LogId, History>>;
  /** Logs of which an entry's body is withheld, and from which index on. */
  readonly unopened: Readonly<Record<LogId, number>>;
  /** Logs of which two histories are known. */
  readonly forked: Readonly<Record<LogId, true>>;
};

/** A head cosigned, and when. */
export type Cosigned = { readonly history: History; readonly time: number };

/** The mark: outside every backup. */
export type Mark = {
  readonly own?: { readonly gen: string; readonly history: History };
  readonly cosigned: Readonly<Record<LogId, Cosigned>>;
  readonly declined?: true;
};

/** An honest party. `ready`: it passed the gate since its last start. `acts` and `gens` only count, so that what is fresh is fresh. */
export type Party = {
  readonly disk: Disk;
  readonly backup: Disk | null;
  readonly mark: Mark | null;
  readonly ready: boolean;
  readonly acts: number;
  readonly gens: number;
};

/** An honest host: the last head it cosigned of each log. Its mark holds the same, so its own disk need not be told apart. */
export type Host = Readonly<Record<LogId, Cosigned>>;

/** Everything. Liars have no state but what they made others believe; the network delivers anything that was ever sent, in any order, or not. */
export type World = {
  readonly now: number;
  readonly restores: number;
  readonly losses: number;
  /** `null` for a liar. */
  readonly parties: readonly (Party | null)[];
  readonly hosts: readonly (Host | null)[];
  /** Heads signed by honest parties: the largest of each branch, so one a log as long as nobody forks. */
  readonly signed: Readonly<Record<LogId, readonly History[]>>;
  /** Cosignatures of honest parties and hosts, by `<cosigner>><log>`; a party's cosigner name has its generation in it: `0a`, and `h0` a host's. */
  readonly lines: Readonly<Record<string, readonly Cosigned[]>>;
  /** The largest head of an honest log that a liar receipted, by `<party>><log>`. */
  readonly lies: Readonly<Record<string, History>>;
  /** Parties whose identity signed the charter, and those that signed a decline. */
  readonly agreed: readonly number[];
  readonly declined: readonly number[];
};

/** Rules that can be broken on purpose, to see the search find it. */
export type Broken =
  | 'numbered generations'
  | 'answers authorise'
  | 'mark after publishing'
  | 'common prefix counts'
  | 'quorum no majority'
  | 'later stamp moves start'
  | 'no resume from mark'
  | 'receipt before durable'
  | 'largest witness time'
  | 'host decides standing'
  | 'index 1 before open'
  | 'unopened tolerated'
  | 'cosigning without a mark'
  | 'continues alone counts'
  | 'early silence'
  | 'any receipt counts'
  | 'decline forgotten'
  | 'own decline ignored'
  | 'generation stands alone'
  | 'last generation alone is silent'
  | 'late objection ignored'
  | 'no new generation alone';

/** One space to search. Party 0 asks and proposes, the others owe an answer, which is also their objection. */
export type Config = {
  readonly parties: readonly ('honest' | 'liar')[];
  readonly hosts: readonly ('honest' | 'liar')[];
  readonly quorum: number;
  /** Acts of each side, stamps included. */
  readonly acts: readonly number[];
  readonly restores: number;
  /** How often a mark may be lost together with the disk's newest state. */
  readonly losses: number;
  /** Whom faults may hit; everyone where it is left out. */
  readonly faulty?: readonly number[];
  /** Left out, a liar opens one later generation; else none. */
  readonly oneLog?: true;
  /** How far the clock runs; a silence expires at {@link EXPIRY}. */
  readonly ticks: number;
  /** Start with the founding behind: spaces that are about something else. */
  readonly founded: boolean;
  readonly broken?: Broken | undefined;
};

/** When a silence procedure expires; an answer is due {@link PERIOD} after the start. */
export const EXPIRY = 1;
export const PERIOD = 1;

/** The first state. */
export function firstWorld(config: Config): World {
  const all = config.parties.map((_, party) => party);
  const others = (party: number) => all.filter((other) => other !== party).map((other) => `${other}a`);
  const founded = config.founded;
  const each = <Value>(keys: readonly string[], value: Value): Record<string, Value> => Object.fromEntries(keys.map((key) => [key, value]));
  const party = (number: number): Party => {
    const disk: Disk = {
      founding: founded ? 'agreed' : 'new',
      gen: 'a',
      own: { a: founded ? 'c' : '' },
      pending: '',
      held: founded ? each(others(number), 'c') : {},
      unopened: {},
      forked: {},
    };
    const mark: Mark = founded ? { own: { gen: 'a', history: 'c' }, cosigned: each(others(number), { history: 'c', time: 0 }) } : { cosigned: {} };
    return { disk, backup: config.restores > 0 && (config.faulty?.includes(number) ?? true) ? disk : null, mark, ready: true, acts: 0, gens: 1 };
  };
  const honest = all.filter((number) => config.parties[number] === 'honest');
  const liars = all.filter((number) => config.parties[number] === 'liar');
  const logs = all.map((number) => `${number}a`);
  const first: Cosigned = { history: 'c', time: 0 };
  const lines = founded
    ? [
        ...honest.flatMap((cosigner) => others(cosigner).map((log) => `${cosigner}a>${log}`)),
        ...config.hosts.flatMap((kind, host) => (kind === 'honest' ? logs.map((log) => `h${host}>${log}`) : [])),
      ]
    : [];
  return {
    now: 0,
    restores: config.restores,
    losses: config.losses,
    parties: config.parties.map((kind, number) => (kind === 'honest' ? party(number) : null)),
    hosts: config.hosts.map((kind) => (kind === 'honest' ? (founded ? each(logs, first) : {}) : null)),
    signed: founded
      ? each(
          honest.map((number) => `${number}a`),
          ['c'],
        )
      : {},
    lines: sorted(each(lines, [first])),
    lies: founded
      ? sorted(
          each(
            liars.flatMap((liar) => honest.map((number) => `${liar}>${number}a`)),
            'c',
          ),
        )
      : {},
    agreed: founded ? all : liars,
    declined: [],
  };
}

/** One text a state; records keep their keys in order. */
export function formatWorld(world: World): string {
  return JSON.stringify(world);
}

export function parseWorld(text: string): World {
  return JSON.parse(text) as World;
}

/** A record with one value set, keys in order. */
export function put<Value>(record: Readonly<Record<string, Value>>, key: string, value: Value): Readonly<Record<string, Value>> {
  return key in record ? { ...record, [key]: value } : sorted({ ...record, [key]: value });
}

/** A record without a key. */
export function drop<Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A world in which one honest party has changed. */
export function withParty(world: World, party: number, change: Partial<Party>): World {
  return { ...world, parties: world.parties.map((old, at) => (at === party && old !== null ? { ...old, ...change } : old)) };
}

/** Whether an older disk or a lost mark may still come upon a party. */
export function isAtRisk(config: Config, world: World, party: number): boolean {
  return (world.restores > 0 || world.losses > 0) && (config.faulty?.includes(party) ?? true);
}

/** The honest party of this number. */
export function honestParty(world: World, party: number): Party {
  const found = world.parties[party];
  if (found === null || found === undefined) throw new Error(`party ${party} is a liar`);
  return found;
}

const leavesOf = new Map<History, readonly string[]>();

/** Leaves of a history, oldest first. */
export function leaves(history: History): readonly string[] {
  let known = leavesOf.get(history);
  if (known === undefined) {
    known = history === '' ? [] : history.split('.');
    leavesOf.set(history, known);
  }
  return known;
}

export function sizeOf(history: History): number {
  return leaves(history).length;
}

const prefixesOf = new Map<History, readonly History[]>();

/** The first `size` leaves. */
export function prefix(history: History, size: number): History {
  let known = prefixesOf.get(history);
  if (known === undefined) {
    const all = leaves(history);
    known = Array.from({ length: all.length + 1 }, (_, end) => all.slice(0, end).join('.'));
    prefixesOf.set(history, known);
  }
  return known[Math.min(size, known.length - 1)] ?? '';
}

/** Whether `longer` continues `shorter`, or is it. */
export function extendsIt(longer: History, shorter: History): boolean {
  return shorter === '' || longer === shorter || longer.startsWith(`${shorter}.`);
}

export function append(history: History, leaf: string): History {
  return history === '' ? leaf : `${history}.${leaf}`;
}

/** The longest history that both continue. */
export function common(a: History, b: History): History {
  const [x, y] = [leaves(a), leaves(b)];
  let size = 0;
  while (size < x.length && size < y.length && x[size] === y[size]) size++;
  return prefix(a, size);
}

const rootsOf = new Map<History, string>();

/** A short stand-in for a root hash, for stamps and generation notes. */
export function rootOf(history: History): string {
  let known = rootsOf.get(history);
  if (known === undefined) {
    known = hash53(history).toString(36).slice(-7);
    rootsOf.set(history, known);
  }
  return known;
}

/** Every history from `above` (exclusive) on that a longer one runs through. */
export function between(above: History, longest: History): readonly History[] {
  if (!extendsIt(longest, above)) return [];
  const found: History[] = [];
  for (let size = sizeOf(above) + 1; size <= sizeOf(longest); size++) found.push(prefix(longest, size));
  return found;
}

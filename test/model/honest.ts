import type { Move } from './explore.ts';
import { isOpen, keeps, sequence, sightOf, stampIn } from './view.ts';
import {
  append,
  between,
  type Config,
  type Cosigned,
  type Disk,
  drop,
  EXPIRY,
  extendsIt,
  type History,
  honestParty,
  isAtRisk,
  type LogId,
  type Mark,
  type Party,
  prefix,
  put,
  rootOf,
  sizeOf,
  type World,
  withParty,
} from './world.ts';

/** Everything one honest party may do next (record.md sections 2, 3, 4 and 6). */
export function* honestMoves(config: Config, world: World, party: number): Generator<Move<World>> {
  const self = honestParty(world, party);
  if (isWriting(self)) {
    yield* writing(config, world, party);
    return;
  }
  yield* founding(config, world, party);
  yield* gate(config, world, party);
  yield* acting(config, world, party);
  yield* taking(config, world, party);
}

/** Between staging and signing nothing else of this party matters, and nothing of others commutes differently: only crashes may come between. */
export function isWriting(party: Party): boolean {
  return party.ready && party.disk.pending !== '';
}

/** Staged, marked, signed and committed, published: with a crash wherever one may be. */
function* writing(config: Config, world: World, party: number): Generator<Move<World>> {
  const self = honestParty(world, party);
  const { disk, mark } = self;
  const isMarked = mark?.own?.gen === disk.gen && mark.own.history === disk.pending;
  const marked: Mark = { ...(mark ?? { cosigned: {} }), own: { gen: disk.gen, history: disk.pending } };
  if (disk.pending === 'c' && mark?.declined && keeps(config, 'decline forgotten')) {
    // An older disk may hold the charter's head as pending: what was declined since is not signed.
    yield { label: `${party} finds its decline in the mark`, to: withParty(world, party, { disk: { ...disk, founding: 'dead', pending: '' } }) };
    return;
  }
  const late = !keeps(config, 'mark after publishing');
  if (!isMarked && !late) yield { label: `${party} marks ${disk.pending}`, to: withParty(world, party, { mark: marked }) };
  if (isMarked || late) {
    const next = withParty(world, party, { disk: { ...disk, own: put(disk.own, disk.gen, disk.pending), pending: '' } });
    const signed = sign(next, `${party}${disk.gen}`, disk.pending);
    yield { label: `${party} signs and publishes ${disk.pending}`, to: signed };
    if (late) yield { label: `${party} signs and marks ${disk.pending}`, to: withParty(signed, party, { mark: marked }) };
  }
  yield { label: `${party} crashes`, to: withParty(world, party, { ready: false }) };
}

/**
 * Stages a head. Where no older disk or mark can come back any more, it is signed in the same step: a crash in between leads nowhere that going on
 * does not.
 */
function stage(config: Config, world: World, party: number, label: string, history: History, change: Partial<Party> = {}): Move<World> {
  const disk = change.disk ?? honestParty(world, party).disk;
  const own = { gen: disk.gen, history };
  if (isAtRisk(config, world, party))
    return { label: `${party} stages ${label}`, to: withParty(world, party, { ...change, disk: { ...disk, pending: history } }) };
  const mark = { ...(change.mark ?? honestParty(world, party).mark ?? { cosigned: {} }), own };
  const next = withParty(world, party, { ...change, disk: { ...disk, own: put(disk.own, disk.gen, history), pending: '' }, mark });
  return { label: `${party} writes ${label}`, to: sign(next, `${party}${disk.gen}`, history) };
}

/** Notes that an honest party signed a head: only the largest of each branch need be kept. */
function sign(world: World, log: LogId, history: History): World {
  const branches = (world.signed[log] ?? []).filter((branch) => !extendsIt(history, branch));
  const isOld = branches.some((branch) => extendsIt(branch, history));
  return { ...world, signed: put(world.signed, log, isOld ? branches : [...branches, history].sort()) };
}

function* founding(config: Config, world: World, party: number): Generator<Move<World>> {
  const self = honestParty(world, party);
  const { disk, mark } = self;
  if (disk.own.a !== '' && disk.founding === 'agreed' && isOpen(config, world)) return;
  const hasSigned = disk.own.a !== '' || mark?.own !== undefined;
  const change = (label: string, founding: Disk['founding'], more: Partial<World> = {}, marked: Partial<Party> = {}): Move<World> => ({
    label: `${party} ${label}`,
    to: { ...withParty(world, party, { disk: { ...disk, founding, pending: founding === 'dead' ? '' : disk.pending }, ...marked }), ...more },
  });
  const declinedBefore = keeps(config, 'decline forgotten') && mark?.declined === true;
  if (disk.founding === 'new' && !declinedBefore) yield change('signs the charter', 'agreed', { agreed: insert(world.agreed, party) });
  if (disk.founding !== 'dead' && !hasSigned && mark !== null)
    yield change('declines', 'dead', { declined: insert(world.declined, party) }, { mark: { ...mark, declined: true } });
  const shown = world.parties.some(
    (one, at) => at !== party && one !== null && one.disk.held[`${party}a`] !== undefined && one.disk.founding !== 'dead',
  );
  for (const other of world.declined) {
    // Whoever holds our head of size 1 shows us that, not the decline it once had from us.
    if (disk.founding === 'dead' || (other === party && (shown || !keeps(config, 'own decline ignored')))) continue;
    if (sawReceipted(world, party, other)) continue;
    yield change(`takes the decline of ${other}`, 'dead');
  }
  if (disk.founding !== 'agreed' && (shown || (mark?.own !== undefined && disk.founding === 'new')))
    yield change('is reopened by its own head', 'agreed');
  if (disk.founding !== 'agreed' || world.agreed.length < config.parties.length || disk.own.a !== '' || declinedBefore) return;
  if (mark !== null && mark.own === undefined && self.ready) yield stage(config, world, party, 'the charter', 'c');
  // The charter is the same for everyone: signing it once more forks nothing, and needs no mark. The mark is not moved back.
  else if (mark === null || mark.own !== undefined) {
    const again = withParty(world, party, { disk: { ...disk, own: put(disk.own, 'a', 'c') } });
    yield { label: `${party} signs the charter's head again`, to: sign(again, `${party}a`, 'c') };
  }
}

/** Whether the head of size 1 of whoever declined is known here to be receipted: by us, or, of our own, by anyone. */
function sawReceipted(world: World, party: number, other: number): boolean {
  const log = `${other}a`;
  if (other !== party) return honestParty(world, party).disk.held[log] !== undefined || honestParty(world, party).mark?.cosigned[log] !== undefined;
  return (
    Object.keys(world.lines).some((name) => name.endsWith(`>${log}`) && name[0] !== 'h') ||
    Object.keys(world.lies).some((name) => name.endsWith(`>${log}`))
  );
}

/** What the mark says of the own log is the signed or the pending head. */
export function isMatching({ disk, mark }: Party): boolean {
  const head = disk.own[disk.gen] ?? '';
  if (mark === null) return false;
  if (mark.own === undefined) return head === '';
  if (head === '' && disk.gen === 'a') return mark.own.gen === 'a' && mark.own.history === 'c' && disk.pending === 'c';
  return mark.own.gen === disk.gen && (mark.own.history === head || mark.own.history === disk.pending);
}

/** After a start: refill from whoever shows more, then go on in this generation or open the next. */
function* gate(config: Config, world: World, party: number): Generator<Move<World>> {
  const self = honestParty(world, party);
  const { disk } = self;
  if (self.ready) return;
  const log = `${party}${disk.gen}`;
  const head = disk.own[disk.gen] ?? '';
  if (isMatching(self) || !keeps(config, 'answers authorise'))
    yield { label: `${party} passes the gate${isMatching(self) ? '' : ', since nobody shows more'}`, to: withParty(world, party, { ready: true }) };
  for (const branch of world.signed[log] ?? []) {
    if (!extendsIt(branch, head)) continue;
    for (const larger of between(head, branch)) {
      // An own head shown also says that the founding went on. Whoever answers may show any head of ours that it was ever given, and need not show a later one.
      const pending = extendsIt(disk.pending, larger) && disk.pending !== larger ? disk.pending : '';
      yield {
        label: `${party} refills to ${larger}`,
        to: withParty(world, party, { disk: { ...disk, founding: 'agreed', own: put(disk.own, disk.gen, larger), pending } }),
      };
    }
  }
  if (!isMatching(self) && head !== '' && keeps(config, 'no new generation alone')) yield openGeneration(config, world, party);
}

/** Opens the next generation: a fresh name, a fresh mark, no one's leave but that of the own identity. */
function openGeneration(config: Config, world: World, party: number): Move<World> {
  const self = honestParty(world, party);
  const { disk } = self;
  const head = disk.own[disk.gen] ?? '';
  const known = Object.keys(disk.own).length;
  const gen = String.fromCharCode(97 + (keeps(config, 'numbered generations') ? self.gens : known));
  // What is written in it is as fresh as its name: two openings from one backup differ.
  const note = `g${disk.gen}:${sizeOf(head)}:${rootOf(head)}${keeps(config, 'numbered generations') ? '' : `:${self.gens}`}`;
  const cosigned = self.mark?.cosigned ?? {};
  return stage(config, world, party, `generation ${gen} after ${head}`, note, {
    disk: { ...disk, gen, own: put(disk.own, gen, ''), pending: '' },
    // The name of the new generation, with nothing signed in it: no older copy of this disk matches from here on.
    mark: { own: { gen, history: '' }, cosigned },
    ready: true,
    gens: self.gens + 1,
  });
}

/** Acts and stamps of a party that passed the gate, in an open channel. */
function* acting(config: Config, world: World, party: number): Generator<Move<World>> {
  const self = honestParty(world, party);
  const { disk } = self;
  const head = disk.own[disk.gen] ?? '';
  if (!self.ready || head === '' || self.acts >= (config.acts[party] ?? 0) || disk.forked[`${party}${disk.gen}`]) return;
  if (disk.founding !== 'agreed') return;
  if (!isOpen(config, world) && keeps(config, 'index 1 before open')) return;
  for (const act of actsOf(config, world, party)) {
    // The number stands for the salt: no two entries are equal.
    const leaf = `${act}#${self.acts}`;
    yield stage(config, world, party, leaf, append(head, leaf), { acts: self.acts + 1 });
  }
}

function* actsOf(config: Config, world: World, party: number): Generator<string> {
  const sight = sightOf(config, world, party);
  const places = sequence(sight, party);
  const wanted = party === 0 ? 'q' : 'r';
  const said = places.find(({ leaf }) => leaf[0] === wanted);
  if (said === undefined) yield wanted;
  if (party !== 0) yield 'm';
  if (said === undefined) return;
  const history = sight.logs[said.log] ?? '';
  const stamps = places.map(({ leaf }) => stampIn(leaf));
  if (stamps.filter((stamp) => stamp?.kind === 'h').length < 2) {
    const by = party === 0 ? 1 : 0;
    for (const { history: over, time } of linesOf(config, world, by, said.log, history))
      if (sizeOf(over) > said.index) yield `h${by}:${said.log}:${sizeOf(over)}:${rootOf(over)}@${time}`;
  }
  if (party !== 0 && config.quorum > 0 && stamps.filter((stamp) => stamp?.kind === 'w').length < 2) {
    for (const over of between(prefix(history, said.index), history))
      for (const times of quorumTimes(config, world, said.log, over)) yield `w${said.log}:${sizeOf(over)}:${rootOf(over)}@${times}`;
  }
  if (party === 0 && config.quorum > 0) yield* silences(config, world, party, stamps);
}

/** Stamps that complete the silence of one other party each. */
function* silences(config: Config, world: World, party: number, stamps: readonly ReturnType<typeof stampIn>[]): Generator<string> {
  const { disk, mark } = honestParty(world, party);
  if (world.now < EXPIRY && keeps(config, 'early silence')) return;
  for (const [log, history] of Object.entries(disk.held)) {
    if (stamps.some((stamp) => stamp?.kind === 's' && stamp.log === log)) continue;
    // Whoever has heard an objection does not look for silence.
    if (sequence(sightOf(config, world, party), Number(log[0])).some(({ leaf }) => leaf[0] === 'r')) continue;
    const receipted = mark?.cosigned[log]?.history ?? '';
    for (const over of between('', history)) {
      if (!extendsIt(receipted, over) && keeps(config, 'unopened tolerated')) continue;
      for (const times of quorumTimes(config, world, log, over)) {
        const isLate = times.split(',').every((time) => Number(time) >= EXPIRY) || !keeps(config, 'early silence');
        if (isLate) yield `s${log}:${sizeOf(over)}:${rootOf(over)}@${times}${extendsIt(receipted, over) ? '+' : ''}`;
      }
    }
  }
}

/** Cosignatures of a party over heads of a log on this branch; a liar gives what it likes, dated as it likes. */
function linesOf(config: Config, world: World, by: number, log: LogId, branch: History): readonly Cosigned[] {
  if (config.parties[by] === 'liar') {
    return Array.from({ length: world.now + 1 }, (_, time) => ({ history: branch, time }));
  }
  return Object.entries(world.lines)
    .filter(([name]) => name[0] === String(by) && name.endsWith(`>${log}`))
    .flatMap(([, lines]) => lines)
    .filter(({ history }) => extendsIt(branch, history));
}

/** All choices of one time a host, a quorum of them, over one head: `1,2`. */
export function quorumTimes(config: Config, world: World, log: LogId, over: History): readonly string[] {
  const each = config.hosts.map((kind, host) =>
    kind === 'liar'
      ? Array.from({ length: world.now + 1 }, (_, time) => time)
      : (world.lines[`h${host}>${log}`] ?? []).filter(({ history }) => history === over).map(({ time }) => time),
  );
  let choices: number[][] = [[]];
  for (const times of each) choices = [...choices, ...choices.flatMap((choice) => times.map((time) => [...choice, time]))];
  return [...new Set(choices.filter((choice) => choice.length === config.quorum).map((choice) => choice.sort().join(',')))];
}

/**
 * Takes what others show of their logs: hold it, open it, receipt it.
 *
 * Only the newest head ever published need be delivered: that an older one came late is the same as that it came in time and was answered then.
 */
function* taking(config: Config, world: World, party: number): Generator<Move<World>> {
  const { disk, mark } = honestParty(world, party);
  if (disk.founding !== 'agreed' || world.agreed.length < config.parties.length) return;
  for (const [log, history] of Object.entries(disk.held)) {
    if (disk.unopened[log] === undefined) continue;
    const opened = withParty(world, party, { disk: { ...disk, unopened: drop(disk.unopened, log) } });
    yield { label: `${party} opens ${history} of ${log}`, to: cosign(config, opened, party, log, history) };
  }
  for (const [log, history] of Object.entries(disk.held)) {
    // A party that lost its mark receipts again what it holds, once it has a new generation and with it a new key.
    if (!knowsKey(honestParty(world, party)) || disk.unopened[log] !== undefined || mark?.cosigned[log] !== undefined) continue;
    yield { label: `${party} receipts ${history} of ${log} again`, to: cosign(config, world, party, log, history) };
  }
  for (const [log, branches] of Object.entries(world.signed)) {
    if (log[0] === String(party)) continue;
    const held = disk.held[log] ?? '';
    for (const branch of branches) if (branch !== held && extendsIt(branch, held)) yield* take(config, world, party, log, branch);
  }
}

/** Takes one head that continues what is held of a log. `withheld`: the body of its last leaf does not come with it. */
export function* take(config: Config, world: World, party: number, log: LogId, history: History, withheld = false): Generator<Move<World>> {
  const { disk, mark } = honestParty(world, party);
  if (sizeOf(history) > 1 && !isOpen(config, world) && log[1] === 'a' && keeps(config, 'index 1 before open')) return;
  const marked = mark?.cosigned[log]?.history;
  if (marked !== undefined && keeps(config, 'no resume from mark') && !extendsIt(history, marked) && !extendsIt(marked, history)) return;
  const held = put(disk.held, log, history);
  const unopened = withheld && disk.unopened[log] === undefined ? put(disk.unopened, log, sizeOf(history) - 1) : disk.unopened;
  const label = `${party} takes ${history} of ${log}${withheld ? ', its last body withheld' : ''}`;
  const taken = withParty(world, party, { disk: { ...disk, held, unopened } });
  if (unopened[log] !== undefined) yield { label, to: taken };
  else yield { label, to: cosign(config, taken, party, log, history) };
  if (!keeps(config, 'receipt before durable') && unopened[log] === undefined)
    yield { label: `${label}, and forgets it in a crash`, to: withParty(cosign(config, taken, party, log, history), party, { disk }) };
}

/** A cosigning key belongs to a generation: without a mark that names it, nobody knows what it signed. */
function knowsKey({ mark, disk }: Party): boolean {
  return mark !== null && (mark.own?.gen ?? 'a') === disk.gen;
}

/** Gives a receipt, if the mark allows: the mark is durable before the signature, and the time never goes back. */
function cosign(config: Config, world: World, party: number, log: LogId, history: History): World {
  const { disk, mark } = honestParty(world, party);
  if (!knowsKey(honestParty(world, party)) && keeps(config, 'cosigning without a mark')) return world;
  const resumed = keeps(config, 'no resume from mark') ? mark?.cosigned[log] : undefined;
  if (resumed !== undefined && !extendsIt(history, resumed.history)) return world;
  const line = { history, time: Math.max(world.now, resumed?.time ?? 0) };
  const next = mark === null ? world : withParty(world, party, { mark: { ...mark, cosigned: put(mark.cosigned, log, line) } });
  return withLine(next, `${party}${disk.gen}>${log}`, line);
}

/** Adds a cosignature to those that were given. */
export function withLine(world: World, name: string, line: Cosigned): World {
  const known = world.lines[name] ?? [];
  if (known.some(({ history, time }) => history === line.history && time === line.time)) return world;
  return { ...world, lines: put(world.lines, name, [...known, line]) };
}

function insert(list: readonly number[], value: number): readonly number[] {
  return list.includes(value) ? list : [...list, value].sort();
}

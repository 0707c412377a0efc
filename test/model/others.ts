import type { Move } from './explore.ts';
import { honestMoves, isWriting, quorumTimes, take, withLine } from './honest.ts';
import { stampIn } from './view.ts';
import {
  append,
  between,
  type Config,
  extendsIt,
  type History,
  isAtRisk,
  type LogId,
  leaves,
  prefix,
  put,
  rootOf,
  sizeOf,
  type World,
  withParty,
} from './world.ts';

/** Everything that may happen next: one step of an honest party, of a host, of a liar, of the clock, or a fault. */
export function* moves(config: Config, world: World): Generator<Move<World>> {
  const writer = world.parties.findIndex((party) => party !== null && isWriting(party));
  if (writer !== -1) {
    yield* honestMoves(config, world, writer);
    yield* backup(world, writer);
    return;
  }
  for (const [party, kind] of config.parties.entries()) {
    if (kind === 'honest') {
      yield* honestMoves(config, world, party);
      if (isAtRisk(config, world, party)) yield* faults(world, party);
      yield* gossip(world, party);
    } else yield* lying(config, world, party);
  }
  for (const [host, kind] of config.hosts.entries()) if (kind === 'honest') yield* witnessing(config, world, host);
  if (world.now < config.ticks) yield { label: `the clock shows ${world.now + 1}`, to: { ...world, now: world.now + 1 } };
}

/** A backup of the disk may be taken at any moment, in the middle of a write too. */
function* backup(world: World, party: number): Generator<Move<World>> {
  const self = world.parties[party];
  if (self === null || self === undefined || world.restores === 0 || self.backup === self.disk) return;
  if (JSON.stringify(self.backup) !== JSON.stringify(self.disk))
    yield { label: `${party} is backed up`, to: withParty(world, party, { backup: self.disk }) };
}

/** A backup is restored; a mark is lost. */
function* faults(world: World, party: number): Generator<Move<World>> {
  const self = world.parties[party];
  if (self === null || self === undefined) return;
  yield* backup(world, party);
  if (world.restores > 0 && self.backup !== null) {
    const restored = { ...withParty(world, party, { disk: self.backup, ready: false }), restores: world.restores - 1 };
    // Nothing will ever be restored again: what the copies hold no longer matters.
    const to =
      restored.restores > 0 ? restored : { ...restored, parties: restored.parties.map((one) => (one === null ? null : { ...one, backup: null })) };
    yield { label: `${party} is restored from its backup`, to };
  }
  if (world.losses > 0 && self.mark !== null)
    yield { label: `${party} loses its mark`, to: { ...withParty(world, party, { mark: null, ready: false }), losses: world.losses - 1 } };
}

/** Honest parties that hold different branches of one log see it when they compare heads, and tell each other of forks. */
function* gossip(world: World, party: number): Generator<Move<World>> {
  const self = world.parties[party];
  for (const [other, one] of world.parties.entries()) {
    if (one === null || self === null || self === undefined || other === party) continue;
    for (const [log, held] of Object.entries(self.disk.held)) {
      const theirs = one.disk.held[log];
      if (theirs === undefined || self.disk.forked[log]) continue;
      if (one.disk.forked[log] || (!extendsIt(held, theirs) && !extendsIt(theirs, held))) yield alarm(world, party, log);
    }
  }
}

function alarm(world: World, party: number, log: LogId): Move<World> {
  const disk = world.parties[party]?.disk;
  if (disk === undefined) throw new Error('only honest parties are alarmed');
  return {
    label: `${party} sees that two histories of ${log} exist`,
    to: withParty(world, party, { disk: { ...disk, forked: put(disk.forked, log, true as const) } }),
  };
}

/** A liar signs whatever it likes in its own logs, shows each side something else, withholds bodies and receipts, and opens generations. */
function* lying(config: Config, world: World, liar: number): Generator<Move<World>> {
  for (const [log, branches] of Object.entries(world.signed)) {
    const lied = world.lies[`${liar}>${log}`] ?? '';
    for (const history of branches)
      if (history !== lied && extendsIt(history, lied))
        yield { label: `${liar} receipts ${history} of ${log}`, to: { ...world, lies: put(world.lies, `${liar}>${log}`, history) } };
  }
  for (const [party, self] of world.parties.entries()) {
    if (self === null || self.disk.founding !== 'agreed') continue;
    for (const log of config.oneLog ? [`${liar}a`] : [`${liar}a`, `${liar}b`]) {
      const held = self.disk.held[log] ?? '';
      for (const leaf of liarLeaves(config, world, log, held)) {
        yield* take(config, world, party, log, append(held, leaf));
        if (leaf === 'r') yield* take(config, world, party, log, append(held, leaf), true);
      }
      if (sizeOf(held) > 1 && !self.disk.forked[log]) yield alarm(world, party, log);
    }
  }
}

function* liarLeaves(config: Config, world: World, log: LogId, held: History): Generator<string> {
  if (held === '' && log[1] === 'a') yield 'c';
  else if (held === '') {
    const parent = `${log[0]}a`;
    const shown = new Set(world.parties.flatMap((party) => (party === null ? [] : between('c', party.disk.held[parent] ?? ''))));
    for (const history of ['c', ...shown]) yield `ga:${sizeOf(history)}:${rootOf(history)}`;
  } else if (sizeOf(held) <= (log[1] === 'a' ? (config.acts[Number(log[0])] ?? 0) : 1)) {
    yield 'm';
    if (!leaves(held).includes('r')) yield 'r';
    else yield* liarStamps(config, world, log, held);
  }
}

/** A liar can stamp what was really cosigned, and what lying hosts say. */
function* liarStamps(config: Config, world: World, log: LogId, held: History): Generator<string> {
  const answer = leaves(held).indexOf('r');
  const stamps = leaves(held).map(stampIn);
  if (!stamps.some((stamp) => stamp?.kind === 'h'))
    for (const [name, lines] of Object.entries(world.lines))
      for (const { history, time } of name[0] === '0' && name.endsWith(`>${log}`) ? lines : [])
        if (sizeOf(history) > answer && extendsIt(held, history)) yield `h0:${log}:${sizeOf(history)}:${rootOf(history)}@${time}`;
  if (config.quorum > 0 && !stamps.some((stamp) => stamp?.kind === 'w'))
    for (const over of between(prefix(held, answer), held))
      for (const times of quorumTimes(config, world, log, over)) yield `w${log}:${sizeOf(over)}:${rootOf(over)}@${times}`;
}

/** An honest host cosigns what continues the last head it cosigned, and the same head again later. */
function* witnessing(config: Config, world: World, host: number): Generator<Move<World>> {
  const seen = world.hosts[host] ?? {};
  const shown: [LogId, History][] = Object.entries(world.signed).flatMap(([log, branches]) =>
    branches.map((branch): [LogId, History] => [log, branch]),
  );
  for (const [liar, kind] of config.parties.entries()) {
    if (kind !== 'liar') continue;
    const log = `${liar}a`;
    const last = seen[log]?.history ?? '';
    if (sizeOf(last) <= (config.acts[liar] ?? 0)) shown.push([log, last === '' ? 'c' : append(last, 'm')]);
  }
  // Whoever receipted a head submits it too.
  for (const party of world.parties) for (const [log, history] of Object.entries(party?.disk.held ?? {})) shown.push([log, history]);
  for (const [log, history] of new Map(shown.map((one) => [one.join(), one])).values()) {
    const last = seen[log];
    if (last !== undefined && (!extendsIt(history, last.history) || (history === last.history && last.time >= world.now))) continue;
    const line = { history, time: Math.max(world.now, last?.time ?? 0) };
    const next = { ...world, hosts: world.hosts.map((old, at) => (at === host && old !== null ? put(old, log, line) : old)) };
    yield { label: `host ${host} sees ${history} of ${log}`, to: withLine(next, `h${host}>${log}`, line) };
  }
}

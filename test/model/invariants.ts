import type { System } from './explore.ts';
import { isMatching } from './honest.ts';
import { moves } from './others.ts';
import { isOpen, keeps, sightOf, standing, standingPlaces, type View, viewOf } from './view.ts';
import {
  type Config,
  type Cosigned,
  extendsIt,
  firstWorld,
  formatWorld,
  honestParty,
  leaves,
  type Party,
  PERIOD,
  parseWorld,
  sizeOf,
  type World,
} from './world.ts';

/** The record of one space, with everything that must hold of it (record.md sections 2, 3, 4 and 6). */
export function system(config: Config): System<World> {
  return {
    start: firstWorld(config),
    format: formatWorld,
    parse: parseWorld,
    moves: (world) => moves(config, world),
    wrong: (world) => stuck(config, world) ?? halfOpen(config, world) ?? uncounted(config, world) ?? differs(config, world),
    broken: (from, to) => broken(config, from, to),
  };
}

function broken(config: Config, from: World, to: World): string | undefined {
  return (
    forks(from, to) ??
    accused(from, to) ??
    lostReceipt(config, from, to) ??
    diedWithActs(from, to) ??
    shrinks(config, from, to) ??
    moved(config, from, to)
  );
}

/** No honest party signs two heads that cannot both be true. */
function forks(from: World, to: World): string | undefined {
  if (from.signed === to.signed) return undefined;
  const forked = Object.entries(to.signed).find(([, branches]) => branches.length > 1);
  return forked && `an honest party signed two histories of ${forked[0]}: ${forked[1].join(' and ')}`;
}

/** No valid cosigner fault names an honest party or host: times and sizes grow together, and no two heads of one key fork. */
function accused(from: World, to: World): string | undefined {
  if (from.lines === to.lines) return undefined;
  for (const [name, lines] of Object.entries(to.lines)) {
    if (lines === from.lines[name]) continue;
    const last = lines.at(-1) as Cosigned;
    for (const line of lines) {
      const forked = !extendsIt(line.history, last.history) && !extendsIt(last.history, line.history);
      const back = line.time < last.time && sizeOf(line.history) > sizeOf(last.history);
      const ahead = line.time > last.time && sizeOf(line.history) < sizeOf(last.history);
      if (forked || back || ahead) return `a cosigner fault accuses ${name}: ${line.history} at ${line.time}, then ${last.history} at ${last.time}`;
    }
  }
  return undefined;
}

/** What an honest party receipted is on its disk, unless an older disk was restored: a crash alone loses nothing receipted. */
function lostReceipt(config: Config, from: World, to: World): string | undefined {
  if (from.lines === to.lines) return undefined;
  for (const [name, lines] of Object.entries(to.lines)) {
    if (name[0] === 'h' || lines === from.lines[name]) continue;
    const [cosigner = '', log = ''] = name.split('>');
    const party = Number(cosigner[0]);
    if (config.parties[party] !== 'honest') continue;
    const { history } = lines.at(-1) as Cosigned;
    const { disk } = honestParty(to, party);
    if (!extendsIt(disk.held[log] ?? '', history)) return `${party} receipted ${history} of ${log} and does not hold it`;
    if ((disk.unopened[log] ?? Number.POSITIVE_INFINITY) < sizeOf(history)) return `${party} receipted ${history} of ${log} with a body unopened`;
  }
  return undefined;
}

/** No act stands in a channel that dies. */
function diedWithActs(from: World, to: World): string | undefined {
  for (const [party, self] of to.parties.entries()) {
    if (self === null || self.disk.founding !== 'dead' || from.parties[party]?.disk.founding === 'dead') continue;
    if ((to.signed[`${party}a`] ?? []).some((branch) => sizeOf(branch) > 1)) return `the channel of ${party} died with acts in it`;
  }
  return undefined;
}

/** No founding is half-open for good: where everyone goes on as far as they can and the network delivers, it is open for all in the end, or dead for all. */
function halfOpen(config: Config, world: World): string | undefined {
  if (config.founded || config.parties.includes('liar')) return undefined;
  let now: World = { ...world, restores: 0, losses: 0 };
  const order = [
    'passes the gate',
    'finds its decline',
    'takes the decline',
    'is reopened',
    'marks',
    'signs and publishes',
    'signs the charter',
    'the charter',
    'sees c',
    'takes c',
    'again',
    'generation',
    'takes g',
    'declines',
  ];
  for (let step = 0; step < 200; step++) {
    if (isOpen(config, now) && now.parties.every((party) => party?.disk.founding === 'agreed' && party.disk.own.a !== '')) return undefined;
    const all = [...moves(config, now)];
    const next = order.flatMap((word) => all.filter(({ label }) => label.includes(word)))[0];
    if (next === undefined) break;
    now = next.to;
  }
  const dead = now.parties.filter((party) => party?.disk.founding === 'dead').length;
  if (dead === now.parties.length) return undefined;
  return `the founding stays half-open: ${now.parties.map((party) => `${party?.disk.founding} ${party?.disk.own.a}`).join(', ')}`;
}

/** An honest party in an open channel can write again alone, whatever has happened: through the gate, or in a new generation. */
function stuck(config: Config, world: World): string | undefined {
  for (const [party, self] of world.parties.entries()) {
    if (self === null || self.ready || self.disk.own[self.disk.gen] === '' || self.disk.founding !== 'agreed') continue;
    const canGoOn = isMatching(self) || canOpen(config, self);
    if (!canGoOn) return `${party} can never write again without the others`;
  }
  return undefined;
}

function canOpen(config: Config, { disk }: Party): boolean {
  return keeps(config, 'no new generation alone') && (disk.own[disk.gen] ?? '') !== '';
}

/** What stands never shrinks. */
function shrinks(config: Config, from: World, to: World): string | undefined {
  if ((from.lines === to.lines && from.lies === to.lies) || config.broken === 'host decides standing') return undefined;
  const logs = new Set([...Object.keys(to.signed), ...to.parties.flatMap((party) => Object.keys(party?.disk.held ?? {}))]);
  for (const log of logs) {
    const [before, after] = [standing(config, from, log), standing(config, to, log)];
    if (!extendsIt(after, before)) return `what stands of ${log} shrank from ${before} to ${after}`;
  }
  return undefined;
}

/** What stands counts for every honest party that holds it. */
function uncounted(config: Config, world: World): string | undefined {
  for (const [party, self] of world.parties.entries()) {
    if (self === null) continue;
    const sight = sightOf(config, world, party);
    const { sequences } = viewOf(config, world, party);
    for (const [of, sequence] of sequences.entries()) {
      const counted = new Set(sequence.map(({ log, index }) => `${log}${index}`));
      const lost = standingPlaces(sight, of).find(({ log, index }) => !counted.has(`${log}${index}`));
      if (lost !== undefined) return `${lost.leaf} stands in ${lost.log} and does not count for ${party}`;
    }
  }
  return undefined;
}

/** Two honest parties that have read the same heads compute the same state. */
function differs(config: Config, world: World): string | undefined {
  if (world.parties.filter((party) => party !== null).length < 2) return undefined;
  const seen = new Map<string, { party: number; state: string }>();
  for (const [party, self] of world.parties.entries()) {
    if (self === null) continue;
    const { vector, sequences, start, met, silent } = viewOf(config, world, party);
    const state = JSON.stringify({ sequences, start, met, silent });
    const other = seen.get(vector);
    if (other !== undefined && other.state !== state)
      return `${party} and ${other.party} read the same and compute another state: ${other.state} and ${state}`;
    seen.set(vector, { party, state });
  }
  return undefined;
}

/**
 * For each honest party, whatever comes: a duty's start never moves later, met never becomes late, silence once complete stays so, and an objection that
 * was safe is never passed over. Counting may move only where an author lost what nobody had receipted (it was restored, and a new generation says so),
 * or where the author forked: then it gains nothing.
 */
function moved(config: Config, from: World, to: World): string | undefined {
  if (!isOpen(config, to)) return undefined;
  for (const [party, self] of to.parties.entries()) {
    const old = from.parties[party];
    if (self === null || old === null || old === undefined || self === old) continue;
    if (from.restores !== to.restores && self.disk === old.backup) continue;
    const [before, after] = [viewOf(config, from, party), viewOf(config, to, party)];
    const shorter = after.sequences.map((sequence, of) => !isPrefix(before.sequences[of] ?? [], sequence));
    const forked = Object.keys(self.disk.forked).some((log) => !(log in old.disk.forked));
    if (!shorter[0] && before.start !== undefined && (after.start === undefined || after.start > before.start))
      return `the start moved from ${before.start} to ${after.start} for ${party}`;
    if (!shorter[0] && !shorter[1] && isMet(before) && !isMet(after)) return `met became late for ${party}`;
    if (forked && shorter[1] && !isMet(before) && isMet(after)) return `a forker's duty got better for ${party}`;
    if (!shorter.some(Boolean) && before.silent && !after.silent && !after.objected) return `a complete silence was undone for ${party}`;
    if (!shorter.some(Boolean) && before.silent && !after.silent && sameGenerations(before, after))
      return `a complete silence was undone for ${party} by a late objection`;
    const passed = after.silent ? passedOver(to, party, after) : undefined;
    if (passed !== undefined) return passed;
  }
  return undefined;
}

function isMet({ start, met }: View): boolean {
  return met !== undefined && met <= (start ?? 0) + PERIOD;
}

function isPrefix(before: View['sequences'][number], after: View['sequences'][number]): boolean {
  return before.every((place) => after.some(({ log, index, leaf }) => log === place.log && index === place.index && leaf === place.leaf));
}

function sameGenerations(before: View, after: View): boolean {
  const gens = (view: View) => view.sequences.flat().filter(({ leaf }) => leaf[0] === 'g').length;
  return gens(before) === gens(after);
}

/** A silence that is complete although an objection that its author's log proves in time is counted here, or lies below what was stamped. */
function passedOver(world: World, party: number, view: View): string | undefined {
  if (view.objected) return `silence is complete for ${party} over an objection that a quorum saw in time`;
  const proposer = view.sequences[0] ?? [];
  for (const { leaf } of proposer) {
    const [, log = '', size = ''] = /^s(\d\w):(\d+)/.exec(leaf) ?? [];
    if (log === '') continue;
    // The whole log, as its author knows it, withheld bodies included.
    const author = world.parties[Number(log[0])];
    const held = author === null ? honestParty(world, party).disk.held[log] : author?.disk.own[log[1] ?? ''];
    if (
      leaves(held ?? '')
        .slice(0, Number(size))
        .some((one) => one[0] === 'r')
    )
      return `silence is complete for ${party} over an objection in the prefix`;
  }
  return undefined;
}

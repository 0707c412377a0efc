/** State machines of documents as tables: in each state (a row, with acts that lead there) what each act leads to, or why it does not fit and changes nothing. */
import type { Fields } from '../../src/document/kind.ts';
import { act, matterOf } from '../../src/projection/joint/fixtures-acts.ts';
import type { Joint } from '../../src/projection/joint/joint.ts';
import type { Act, Matter } from '../../src/projection/matter.ts';

/** `{state}`: the act counts and leads there; `no {finding}`: it changes nothing, and this is found beside it. */
export type Cell = string;

/** One machine. Acts are written as `said` reads them; the first one opens the matter. */
export type Machine = {
  readonly name: string;
  /** What its states are called in `state-names.ts`, before the colon; left out where a machine shows a part of another. */
  readonly names?: string;
  readonly opens: string;
  /** What stands around the matter, each as `said`. */
  readonly beside?: readonly string[];
  /** Hosts that must have seen a head. */
  readonly quorum?: number;
  readonly now?: number;
  /** The state as the table names it, of all joint states of the matter. */
  readonly state: (joints: readonly Joint[], now: number) => string;
  /** By state: the acts after the opening that lead there. */
  readonly states: Readonly<Record<string, readonly (string | Act)[]>>;
  /** By act, what it comes to in each state, in the order of `states`. */
  readonly acts: Readonly<Record<string, readonly Cell[]>>;
};

/**
 * An act from a line: `b3 performance a1 performed_at=40`: by party b at place 3 of its log, of that kind, answering a1. Values are numbers, `yes`, `no` or words;
 * those with a comma at the end are lists.
 */
export function said(text: string): Act {
  const [at = '', type = '', ...rest] = text.split(' ');
  const frame: Record<string, Fields[string]> = {};
  for (const pair of rest.filter((one) => one.includes('='))) {
    const [name = '', value = ''] = pair.split('=');
    frame[name] = readText(value);
  }
  return act(at, type, frame, ...rest.filter((one) => !one.includes('=')));
}

function readText(text: string): Fields[string] {
  if (text.endsWith(',')) return text.slice(0, -1).split(',');
  if (text === 'yes' || text === 'no') return text === 'yes';
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The matter of a machine with these acts after its opening. */
export function matterWith({ opens }: Machine, acts: readonly (string | Act)[]): Matter {
  return matterOf(said(opens), ...acts.map((one) => (typeof one === 'string' ? said(one) : one)));
}

/** The matters beside it: an act that answers nothing opens one, what follows joins it. */
export function mattersBeside({ beside = [] }: Machine): readonly Matter[] {
  const matters: Act[][] = [];
  for (const one of beside.map(said)) {
    if (one.refs.length === 0) matters.push([one]);
    else matters.at(-1)?.push(one);
  }
  return matters.map((acts) => matterOf(...acts));
}

/** What an act as it is written in a table comes to in a state, where it has its place: `b9` in all tables. */
export type Step = {
  readonly machine: Machine;
  readonly from: string;
  readonly before: readonly (string | Act)[];
  readonly act: string;
  readonly to: Cell;
};

/** Every cell of every table. */
export function stepsOf(machines: readonly Machine[]): readonly Step[] {
  return machines.flatMap((machine) =>
    Object.entries(machine.acts).flatMap(([line, cells]) =>
      Object.entries(machine.states).map(([from, before], i) => ({ machine, from, before, act: line, to: cells[i] ?? '' })),
    ),
  );
}

/** The one joint state of a kind among those of a matter. */
export function only<K extends Joint['kind']>(joints: readonly Joint[], kind: K): Extract<Joint, { kind: K }> {
  const found = joints.find((one): one is Extract<Joint, { kind: K }> => one.kind === kind);
  if (found === undefined) throw new Error(`a joint state of ${kind}`);
  return found;
}

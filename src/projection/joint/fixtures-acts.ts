import type { Fields } from '../../document/kind.ts';
import { type Act, emptyMatter, type Matter, withAct } from '../matter.ts';
import { type Reading, readMatter } from './reading.ts';

/** An act as a table of a test writes it: `a3` is what party a (0) said at place 3 of its log. */
export function act(at: string, type: string, frame: Fields = {}, ...refs: readonly string[]): Act {
  const party = at.charCodeAt(0) - 97;
  const index = Number(at.slice(1));
  return { id: at, type, party, index, time: 1000 + index, refs, frame, automatic: false };
}

/** The stamp by which an act's author says when the other party held it; it stands right after the act. */
export function heldAt(one: Act, time: number): Act {
  const index = one.index + 0.5;
  const stamp = { entry: one.id, party: one.party, size: one.index + 1, held: [{ party: 1 - one.party, time }], witnessed: [] };
  return { ...one, id: `held ${one.id}`, type: 'stamp', index, time, refs: [one.id], frame: {}, stamp };
}

/** The matter of these acts, opened by the first. */
export function matterOf(...acts: readonly Act[]): Matter {
  return acts.reduce(withAct, emptyMatter(acts[0]?.id ?? ''));
}

/** The matter of these acts, read in a channel of two parties. */
export function reading(...acts: readonly Act[]): Reading {
  return readMatter(matterOf(...acts), 2);
}

/** Ids of what these findings say. */
export function foundIn({
  findings,
}: {
  readonly findings: readonly { readonly entry: string; readonly phrase: { readonly id: string } }[];
}): readonly string[] {
  return findings.map(({ entry, phrase }) => `${entry} ${phrase.id.replace('joint.finding.', '')}`);
}

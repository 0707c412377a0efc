import { ParleyError } from '../../base/errors.ts';
import type { Crypto, Now, Random } from '../../base/ports.ts';
import type { Ledger } from './ledger.ts';
import type { Scenario } from './scenario.ts';
import type { Side } from './side.ts';

/** Everything a scenario is played with. */
export type Stage = {
  readonly scenario: Scenario;
  /** Folder of the scenario's file: files are named beside it. */
  readonly folder: string;
  readonly channel: string;
  readonly sides: readonly Side[];
  readonly ledger: Ledger;
  readonly ports: { readonly crypto: Crypto; readonly random: Random; readonly now: Now };
  /** Resolves once the clock of both sides and their host has come to an instant, in seconds. */
  readonly pass: (instant: number) => Promise<void>;
  /** Says what happens, in sentences. */
  readonly say: (text: string) => void;
};

/** The side of a party. */
export function sideOf(stage: Pick<Stage, 'sides'>, party: number): Side {
  const side = stage.sides[party];
  if (side === undefined) throw new ParleyError('invalid', 'a party of this scenario');
  return side;
}

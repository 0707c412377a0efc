import type { Floors } from '../floors.ts';

/** Which figure of a peer's run is the same work: seconds for all its records; `exchange` is appending and replicating them. */
export type PeerFigure = 'append' | 'replicate' | 'exchange' | 'verify';

/** A figure that comes with a workload's own, such as the memory it took. */
export type Beside = { readonly name: string; readonly value: number; readonly unit: string };

/** What a run came to, in the workload's unit; `floor` where it was measured inside, on the same bytes. */
export type Result = { readonly value: number; readonly floor?: number; readonly beside?: readonly Beside[] };

/** One thing Parley does, measured whole: the real rooms, the real disk, the real sockets. */
export type Workload = {
  /** `append`, `exchange`, …: the name of its row and of `--only`. */
  readonly name: string;
  readonly unit: 's' | 'ms' | 'us' | '1/s' | 'exchanges';
  /** The largest ratio to the floor that is still asked for, or, where there is no floor or `docs/bench.md` asks for a figure, that figure. */
  readonly asked: number;
  /** The least the machine needs for it, in the workload's unit, or `null` where the run measures that itself; says in its code what is counted. */
  floor(floors: Floors, records: number): number | null;
  /** The peers' figure to set beside it; none where no peer does this. */
  readonly peer: PeerFigure | undefined;
  /** Does the work with `records` records in an empty folder and resolves with the figure. */
  run(setting: { readonly folder: string; readonly records: number }): Promise<Result>;
};

import type { Floors } from '../floors.ts';

/** Which figure of a peer's run is the same work: seconds for all its records. */
export type PeerFigure = 'append' | 'replicate' | 'verify';

/** One thing Parley does, measured whole: the real rooms, the real disk, the real sockets. */
export type Workload = {
  /** `append`, `exchange`, …: the name of its row and of `--only`. */
  readonly name: string;
  readonly unit: 's' | 'us' | '1/s';
  /** The least the machine needs for it, in the workload's unit; says in its code what is counted. */
  floor(floors: Floors, records: number): number;
  /** The peers' figure to set beside it; none where no peer does this. */
  readonly peer: PeerFigure | undefined;
  /** Does the work with `records` records in an empty folder and resolves with the figure. */
  run(setting: { readonly folder: string; readonly records: number }): Promise<number>;
};

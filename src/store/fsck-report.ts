/** One thing that is not as it must be, as a sentence; `origin` is empty where it is about the files as a whole. */
export type FsckProblem = { readonly origin: string; readonly index: number | undefined; readonly sentence: string };

/** What a check found. `problemCount` counts also those beyond the first {@link MAX_PROBLEMS}, which alone are listed. */
export type FsckReport = {
  readonly problems: readonly FsckProblem[];
  readonly problemCount: number;
  readonly logs: number;
  readonly entries: number;
  readonly heads: number;
  readonly cosignatures: number;
  /** Bodies and chunks announced and not yet held. */
  readonly missingBodies: number;
  readonly missingChunks: number;
};

/** Problems listed: more than anybody reads, few enough to hold. */
export const MAX_PROBLEMS = 1000;

/** Gathers problems and counts while a check runs. */
export class FsckFindings {
  entries = 0;
  heads = 0;
  cosignatures = 0;
  missingBodies = 0;
  missingChunks = 0;
  readonly #problems: FsckProblem[] = [];
  #count = 0;
  #isOver = false;

  /** Whether the disk failed: the store answers nothing any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  add(origin: string, index: number | undefined, sentence: string): void {
    this.#count++;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ origin, index, sentence: `${sentence}.` });
  }

  /** What `work` gives; where it throws, a problem that names `what`, and `undefined`. */
  async attempt<T>(origin: string, index: number | undefined, what: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isOver) return undefined;
    try {
      return await work();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.#isOver ||= name === 'FatalStoreError';
      this.add(origin, index, `${origin === '' ? '' : `log ${origin}: `}${what} cannot be read (${message})`);
      return undefined;
    }
  }

  report(logs: number): FsckReport {
    const { entries, heads, cosignatures, missingBodies, missingChunks } = this;
    return { problems: this.#problems, problemCount: this.#count, logs, entries, heads, cosignatures, missingBodies, missingChunks };
  }
}

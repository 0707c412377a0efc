import { ParleyError } from '../base/errors.ts';
import { MAX_VAIN_TRIALS, VAIN_REST } from '../base/limits.ts';

type Vain = { readonly times: number; readonly rest: number };

/** Who showed another history of a log and did not give it, since the start of this node: whoever does so again and again rests. */
export class VainTrials {
  readonly #now: () => number;
  readonly #known = new Map<string, Vain>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs `work`, which refuses `invalid` where nothing came, unless its source rests; says whether it ran. Refuses what `work` refuses. */
  async run(key: string, work: () => Promise<void>): Promise<boolean> {
    if ((this.#known.get(key)?.rest ?? 0) > this.#now()) return false;
    try {
      await work();
      this.#known.delete(key);
      return true;
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'invalid') this.#note(key);
      throw error;
    }
  }

  #note(key: string): void {
    const times = (this.#known.get(key)?.times ?? 0) + 1;
    this.#known.set(key, times < MAX_VAIN_TRIALS ? { times, rest: 0 } : { times: 0, rest: this.#now() + VAIN_REST });
  }
}

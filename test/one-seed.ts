/** Loaded before all tests: their properties draw from one seed, so that a run finds tomorrow what it finds today; `PARLEY_SEED=N` draws others. */
import process from 'node:process';
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PARLEY_SEED ?? 20210616) });

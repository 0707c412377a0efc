/**
 * What is exhaustive here: three acts, the first of which opens a matter, with every kind and the fields of every clock of a pack, each answering what its
 * kind may, by either side: some 44,000 tellings for all packs. Four acts a side are beyond that (the same for eight acts is a number of twenty digits);
 * they are every kind and clock by either side, and at random, in all their seventy interleavings.
 */
import { test } from 'node:test';
import { numbersOf } from '../src/projection/fixtures-folds.ts';
import { PACKS, tellInEveryOrder } from '../src/projection/fixtures-interleavings.ts';
import { ACTS, everyTellingOfThree, tellingAtRandom, tellingsOf } from '../src/projection/fixtures-tellings.ts';

const SEED = Number(process.env.PARLEY_SEED ?? 20_210_616);
/** Tellings at random for each pack. */
const RANDOM = 150;

for (const pack of PACKS) {
  test(`${pack.name}: every three acts of the pack, one opening a matter and each of the others answering one before it, come to the same in every interleaving`, async (t) => {
    let tellings = 0;
    let interleavings = 0;
    for await (const telling of everyTellingOfThree(pack)) {
      tellings++;
      interleavings += (await tellInEveryOrder(pack, telling)).interleavings;
    }
    t.diagnostic(`${tellings} tellings, ${interleavings} interleavings`);
  });

  test(`${pack.name}: ${ACTS} acts a side, of every kind and at random, come to the same in all seventy interleavings, each also in batches (PARLEY_SEED=${SEED})`, async (t) => {
    for (const telling of await tellingsOf(pack)) await tellInEveryOrder(pack, telling);
    const next = numbersOf(SEED);
    for (let n = 0; n < RANDOM; n++) await tellInEveryOrder(pack, await tellingAtRandom(pack, `${pack.name} ${SEED} ${n}`, next));
    t.diagnostic(`${RANDOM} tellings at random`);
  });
}

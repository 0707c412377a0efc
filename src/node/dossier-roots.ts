import type { MatterHead } from '../projection/matter.ts';

/** Where acts and matters stand: as a store has them, with what a batch changes on top. */
export type Stand = {
  /** The matter of an act, by its id; `undefined` where no such act is here. */
  readonly placeOf: (act: string) => Promise<string | undefined>;
  readonly headOf: (id: string) => Promise<MatterHead | undefined>;
};

/** Steps from one matter to the next that are gone: an affair is no chain without an end, whatever somebody sends. */
const MAX_STEPS = 32;

/**
 * The root of a matter's dossier: what is reached by following what each concerns first. It is a function of what is here and not of how it came, so
 * the roots that nobody has opened yet (of an act that is not here, its id) are asked for again when they come.
 */
export async function dossierRoot(matter: MatterHead, stand: Stand): Promise<{ readonly root: string; readonly isOpened: boolean }> {
  const seen = new Set<string>();
  let current = matter;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    seen.add(current.id);
    const concerned = current.concerns[0];
    if (concerned === undefined) break;
    const id = (await stand.placeOf(concerned)) ?? concerned;
    if (seen.has(id)) break;
    const next = await stand.headOf(id);
    if (next === undefined) return { root: id, isOpened: false };
    current = next;
  }
  return { root: current.id, isOpened: current.kind !== '' };
}

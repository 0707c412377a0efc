import type { Matter } from '../projection/matter.ts';

/** Where acts and matters stand: as a store has them, with what a batch changes on top. */
export type Stand = {
  /** The matter of an act, by its id; `undefined` where no such act is here. */
  readonly placeOf: (act: string) => Promise<string | undefined>;
  readonly matterOf: (id: string) => Promise<Matter | undefined>;
};

/** Steps from one matter to the next that are gone: an affair is no chain without an end, whatever somebody sends. */
const MAX_STEPS = 32;

/**
 * The root of a matter's dossier: what is reached by following what each concerns first. It is a function of what is here and not of how it came, so
 * the roots that end at an act which is not here yet (the root is then its id) are asked for again when that act comes.
 */
export async function dossierRoot(matter: Matter, stand: Stand): Promise<string> {
  const seen = new Set<string>();
  let current = matter;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    seen.add(current.id);
    const concerned = current.concerns[0];
    if (concerned === undefined) break;
    const id = (await stand.placeOf(concerned)) ?? concerned;
    if (seen.has(id)) break;
    const next = await stand.matterOf(id);
    if (next === undefined) return id;
    current = next;
  }
  return current.id;
}

import type { Scope } from '../../document/accreditation.ts';
import { accreditation, peopleOf, placeIdentity } from './people.ts';
import type { Side } from './side.ts';
import type { Stage } from './stage.ts';

/** Every right of a representative: in a demonstration the visitor is the ministry. */
const SCOPE: Scope = { kinds: ['*'], marking: 'red', may_recall: true, automatic: false };

/**
 * Accredits whoever enrolled at a node by its link and waits, each time it is called. Somebody who cannot be accredited, or a side that does not answer,
 * keeps nobody else waiting and is said once, until it changes.
 */
export function visitors(stage: Stage): () => Promise<void> {
  const said = new Map<string, string>();
  const attempt = async (whose: string, task: () => Promise<void>): Promise<void> => {
    try {
      await task();
      said.delete(whose);
    } catch (error) {
      const text = `${whose}: ${error instanceof Error ? error.message : String(error)}`;
      if (said.get(whose) !== text) stage.say(text);
      said.set(whose, text);
    }
  };
  const look = async (side: Side): Promise<void> => {
    for (const { name, post, actor, key } of (await peopleOf(side, stage.channel)).pending)
      await attempt(`${name}, ${side.name} (${actor.slice(0, 8)}), is not accredited`, async () => {
        const act = accreditation({ actor, key, name, post, scope: SCOPE });
        await placeIdentity(stage, side, { key: `visitor-${actor}`, digest: '' }, act);
        stage.say(`${name}, ${post}, may now sign for ${side.name}.`);
      });
  };
  return async () => {
    await Promise.all(stage.sides.map((side) => attempt(`Whoever enrols with ${side.name} waits`, () => look(side))));
  };
}

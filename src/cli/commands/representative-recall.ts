import { personCommand } from '../person-act.ts';

export const command = personCommand({
  act: 'recall',
  kind: 'recall',
  question: (name) => `Recall ${name} for consultations? They cannot sign until they return.`,
  done: (name) => `${name} is recalled for consultations.`,
  examples: [
    ['parley representative recall "Nikolai Sorokin"', 'by the party itself'],
    ['parley representative recall "Nikolai Sorokin" --key lebedev.key', 'by a representative who may recall'],
  ],
  notes: 'A recall ends no mission, and is never retroactive: what was signed before stands. Only the level that recalled, or a higher one, returns.',
});

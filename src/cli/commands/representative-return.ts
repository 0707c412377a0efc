import { personCommand } from '../person-act.ts';

export const command = personCommand({
  act: 'return',
  kind: 'return_to_post',
  question: (name) => `Return ${name} to post?`,
  done: (name) => `${name} is back at post.`,
  examples: [
    ['parley representative return "Nikolai Sorokin"', 'by the party itself'],
    ['parley representative return "Nikolai Sorokin" --key lebedev.key', 'by a representative who may recall, where one had recalled'],
  ],
});

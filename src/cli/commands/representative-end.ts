import { personCommand } from '../person-act.ts';

export const command = personCommand({
  act: 'end',
  question: (name) => `End the mission of ${name}? Their key never signs here again unless it is accredited anew.`,
  done: (name) => `The mission of ${name} has ended.`,
  examples: [['parley representative end "Nikolai Sorokin"', 'end a mission; what was signed stands']],
});

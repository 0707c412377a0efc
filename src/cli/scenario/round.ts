import type { Block } from './blocks.ts';
import type { Act, Among, Expectation, FieldText, Scenario, ScenarioFault, ScenarioPerson, Step } from './scenario.ts';

/** What a round's line says after its colon; the parties stand below it. */
export const ROUND = 'one channel with each of';
/** Post of somebody of whom a round says the name alone. */
export const ROUND_POST = 'Point of contact';

/** A party of a round as it is written: `Linden: Vera Holm; Jan Roth, Ambassador`. */
export type RoundLine = { readonly line: number; readonly name: string; readonly people: readonly string[] };

/** The parties below a round's line, each with its people as lines of a party would have them. */
export function readRound(
  { inner, line }: Block,
  value: string,
): { readonly lines: readonly RoundLine[]; readonly faults: readonly ScenarioFault[] } {
  const faults: ScenarioFault[] = value === ROUND ? [] : [{ line, sentence: `expected "Round: ${ROUND}", and the parties below` }];
  const lines = inner.flatMap((one): readonly RoundLine[] => {
    if (one.text === '') return [];
    const [name = '', people = ''] = one.text.split(/: */, 2);
    const said = people.split(/; */).filter((person) => person !== '');
    if (said.length > 0)
      return [{ line: one.line, name, people: said.map((person) => (person.includes(',') ? person : `${person}, ${ROUND_POST}`)) }];
    faults.push({ line: one.line, sentence: 'expected a party and who speaks for it: "Linden: Vera Holm"' });
    return [];
  });
  return { lines, faults };
}

/**
 * What a round tells of the channel between its first party and another: a telling of two parties, in which whoever is asked as a party alone speaks through
 * the first of its people, and `{state}` and `{officer}` in a field are that party and that person.
 */
export function tellingWith(scenario: Scenario, other: number): Scenario {
  const { round: _, ...rest } = scenario;
  const [first, second] = [scenario.parties[0], scenario.parties[other]];
  const people = scenario.people.flatMap((person) =>
    person.party === 0 || person.party === other ? [{ ...person, party: person.party === 0 ? 0 : 1 }] : [],
  );
  const officer = people.find(({ party }) => party === 1);
  return {
    ...rest,
    parties: [first, second].flatMap((party) => party ?? []),
    people,
    steps: scenario.steps.flatMap((step) => stepWith(step, other, second?.name ?? '', officer)),
  };
}

/** The channels of a round that a step is in; a title is in none. */
export function amongOf(step: Step): Among {
  return step.step === 'part' ? [] : (step.among ?? []);
}

function stepWith(step: Step, other: number, state: string, officer: ScenarioPerson | undefined): readonly Step[] {
  if (step.step === 'part') return [step];
  if (!amongOf(step).includes(other)) return [];
  return [step.step === 'act' ? actWith(step, state, officer) : step];
}

function actWith(act: Act, state: string, officer: ScenarioPerson | undefined): Act {
  const speaks = act.party === 1 && act.signer === undefined && act.peopleAct === undefined && act.acknowledges === undefined;
  return { ...filledFor(act, state, officer?.name ?? ''), ...(speaks && officer !== undefined ? { signer: officer.name } : {}) };
}

/** An act with the names that stand in its fields for `{state}` and `{officer}`. */
export function filledFor(act: Act, state: string, officer: string): Act {
  const filled = (text: string): string => text.replaceAll('{state}', state).replaceAll('{officer}', officer);
  return { ...act, fields: act.fields.map((field): FieldText => ({ ...field, text: filled(field.text) })) };
}

/** Whether an expectation is of the first party's node alone, over all its channels. */
export function isOfAll({ see }: Expectation): boolean {
  return see === 'awaits' || see === 'timeliness';
}

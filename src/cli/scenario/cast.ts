import type { ScenarioParty, ScenarioPerson } from './scenario.ts';

/** Who speaks at the start of a sentence. `name` is as written, so that the words after it can be found. */
export type Subject = { readonly name: string; readonly party: number; readonly person?: string };

/** Everybody and everything a scenario has named so far. */
export class Cast {
  readonly parties: readonly ScenarioParty[];
  readonly people: readonly ScenarioPerson[];
  readonly #documents = new Map<string, string>();

  constructor(parties: readonly ScenarioParty[], people: readonly ScenarioPerson[]) {
    this.parties = parties;
    this.people = people;
  }

  person(name: string): ScenarioPerson | undefined {
    return this.people.find((person) => person.name === name);
  }

  /** Index of the party of this name, with or without its article: `the Russian Federation`. */
  party(name: string): number | undefined {
    const index = this.parties.findIndex((party) => name === party.name || name.toLowerCase() === `the ${party.name.toLowerCase()}`);
    return index === -1 ? undefined : index;
  }

  /** The person or party whose name a sentence begins with; the longest name wins. */
  subjectOf(sentence: string): Subject | undefined {
    const subjects: Subject[] = [
      ...this.people.map(({ name, party }) => ({ name, party, person: name })),
      ...this.parties.flatMap(({ name }, party) => [name, `The ${name}`, `the ${name}`].map((written) => ({ name: written, party }))),
    ];
    return subjects.filter(({ name }) => sentence.startsWith(`${name} `)).sort((a, b) => b.name.length - a.name.length)[0];
  }

  /** Kind of a named document, or `undefined`. */
  kindOf(document: string): string | undefined {
    return this.#documents.get(document);
  }

  addDocument(name: string, kind: string): void {
    this.#documents.set(name, kind);
  }
}

import type { Among, ScenarioParty, ScenarioPerson } from './scenario.ts';

/**
 * Who speaks at the start of a sentence. `name` is as written, so that the words after it can be found; `among` are the channels of a round in which that
 * is said, where `party` is 0 for the first party and 1 for the other.
 */
export type Subject = { readonly name: string; readonly party: number; readonly person?: string; readonly among?: Among };

type Named = { readonly kind: string; readonly among?: Among };

/** Everybody and everything a scenario has named so far. */
export class Cast {
  readonly parties: readonly ScenarioParty[];
  readonly people: readonly ScenarioPerson[];
  /** In a round: every party but the first. */
  readonly others: Among | undefined;
  readonly #documents = new Map<string, Named>();

  constructor(parties: readonly ScenarioParty[], people: readonly ScenarioPerson[], round = false) {
    this.parties = parties;
    this.people = people;
    this.others = round ? [...parties.keys()].slice(1) : undefined;
  }

  person(name: string): ScenarioPerson | undefined {
    return this.people.find((person) => person.name === name);
  }

  /** Index of the party of this name, with or without its article: `the Russian Federation`. */
  party(name: string): number | undefined {
    const index = this.parties.findIndex((party) => name === party.name || name.toLowerCase() === `the ${party.name.toLowerCase()}`);
    return index === -1 ? undefined : index;
  }

  /** The person or party whose name a sentence begins with; the longest name wins. In a round also `each`, `each of A and B`, `each but A, B and C`. */
  subjectOf(sentence: string): Subject | undefined {
    const each = this.others === undefined ? undefined : this.#each(sentence, this.others);
    if (each !== undefined) return each;
    const subjects: Subject[] = [
      ...this.people.map(({ name, party }) => ({ name, ...this.place(party), person: name })),
      ...this.parties.flatMap(({ name }, party) => [name, `The ${name}`, `the ${name}`].map((written) => ({ name: written, ...this.place(party) }))),
    ];
    return subjects.filter(({ name }) => sentence.startsWith(`${name} `)).sort((a, b) => b.name.length - a.name.length)[0];
  }

  /** Which side a party is, and in a round in which channels. */
  place(party: number): { readonly party: number; readonly among?: Among } {
    if (this.others === undefined) return { party };
    return party === 0 ? { party: 0, among: this.others } : { party: 1, among: [party] };
  }

  /** The parties of a list such as `Elm, Holly and Yew`, or `undefined` where one is none. */
  listed(text: string): Among | undefined {
    const parties = text.split(/, | and /).map((name) => this.party(name));
    return parties.every((party) => party !== undefined) ? parties.filter((party) => party !== undefined) : undefined;
  }

  /** Kind of a named document, or `undefined`. */
  kindOf(document: string): string | undefined {
    return this.#documents.get(document)?.kind;
  }

  /** In a round, the channels in which a document of this name stands. */
  amongOf(document: string): Among | undefined {
    return this.#documents.get(document)?.among;
  }

  addDocument(name: string, kind: string, among?: Among): void {
    this.#documents.set(name, { kind, ...(among === undefined ? {} : { among }) });
  }

  #each(sentence: string, others: Among): Subject | undefined {
    const [, word = ''] = /^each (of |but )?/i.exec(sentence) ?? [];
    if (!/^each /i.test(sentence)) return undefined;
    const start = 'each '.length + word.length;
    if (word === '') return { name: sentence.slice(0, start - 1), party: 1, among: others };
    const { length, parties } = this.#namesIn(sentence.slice(start));
    if (parties.length === 0 || parties.includes(0)) return undefined;
    const among = word.toLowerCase() === 'of ' ? parties : others.filter((party) => !parties.includes(party));
    return { name: sentence.slice(0, start + length), party: 1, among };
  }

  /** The names that a text begins with, however many, with commas and an `and` between them. */
  #namesIn(text: string): { readonly length: number; readonly parties: Among } {
    const parties: number[] = [];
    const names = [...this.parties.entries()].sort(([, a], [, b]) => b.name.length - a.name.length);
    let length = 0;
    for (let at = 0; ; at += /^(, | and )/.exec(text.slice(at))?.[0].length ?? text.length) {
      const found = names.find(([, { name }]) => text.startsWith(name, at) && /^(,| |$)/.test(text.slice(at + name.length)));
      if (found === undefined) return { length, parties };
      parties.push(found[0]);
      at += found[1].name.length;
      length = at;
    }
  }
}

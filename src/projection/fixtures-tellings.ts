/** What two sides may say under a pack: four acts a side, about each other, as real entries of real logs. */
import type { Json } from '../base/json.ts';
import { isAboutEntry, isCorrectable, mayBeTakenBack } from '../document/about-entries.ts';
import { SMALLEST } from '../document/fixtures-drafts.ts';
import { joins, kindOf } from '../document/registry.ts';
import { testPerson } from '../node/fixtures-channel.ts';
import type { TestLeaf, TestRecord } from '../node/fixtures-record.ts';
import { type Clock, conditionsOf, type Guard, type Pack } from '../procedure/pack.ts';
import { people, started } from './fixtures-folds.ts';
import type { Telling } from './fixtures-interleavings.ts';

/** Acts a side. */
export const ACTS = 4;
type Fields = Readonly<Record<string, Json>>;
type Said = { readonly leaf: TestLeaf; readonly kind: string; readonly party: number; readonly fields: Fields };

/** Whom both sides accredit, recall and send back. */
const third = testPerson('Orlov');
/** When records of tests begin, and instants about then: what happened, and until when. */
const BEGIN = 1_700_000_000;
const HAPPENED = BEGIN - 100;
const UNTIL = BEGIN + 86_400;
/** When the first period of every cadence is over, half-years that begin with the next month included. */
const LATER = BEGIN + 250 * 86_400;
/** Acts about a person, who must be accredited in the same log. */
const ABOUT_PEOPLE = ['recall', 'return_to_post'];
/** Kinds that join whatever a pack is about. */
const JOINING = ['position', 'signature', 'correction', 'withdrawal', 'stamp'];

/** The kinds that interleavings of a pack are made of: its own, and those that join them. */
export function vocabularyOf({ kinds }: Pack): readonly string[] {
  const isOf = (id: string): boolean => isAboutEntry(id) || kinds.some((kind) => mayFollow(id, kind));
  const takenBack = kinds.some((id) => mayBeTakenBack(kindOf(id) ?? never(id)));
  return [...new Set([...kinds, ...JOINING.filter((id) => isOf(id) && (takenBack || !isAboutEntry(id)))])];
}

/** Fields that start a clock. */
export function anchorFields({ anchor, due }: Clock): Fields {
  const instants = [anchor.by === 'field' ? anchor.field : undefined, due.at_most?.field].flatMap((name) =>
    name === undefined ? [] : [[name, HAPPENED] as const],
  );
  const until = due.field === undefined ? [] : [[due.field, UNTIL] as const];
  return { ...smallest(anchor.kind), ...met(anchor.when), ...Object.fromEntries([...instants, ...until]) };
}

/** Fields of a kind that end it. */
export function endingFields(clock: Clock, kind: string): Fields {
  const { when, matches = [] } = clock.discharge;
  const asked = anchorFields(clock);
  return {
    ...smallest(kind),
    ...met(when),
    ...Object.fromEntries(matches.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]]))),
  };
}

/**
 * Tellings of a pack in which every clock is started, stamped, answered and stamped again, by either side, and every kind of its vocabulary is said by each
 * side. What there is room for beside that is said about what stands already, of the other side where there is some.
 */
export async function tellingsOf(pack: Pack): Promise<readonly Telling[]> {
  const left = [0, 1].map(() => [...vocabularyOf(pack)]);
  const tellings: Telling[] = [];
  const fill = async (story: Story): Promise<void> => {
    for (let stuck = 0; stuck < 2; ) {
      const party = story.room(0) >= story.room(1) ? 0 : 1;
      const said = await story.sayNext(left[party] ?? [], party);
      stuck = said || (await story.sayNext(left[1 - party] ?? [], 1 - party)) ? 0 : stuck + 1;
    }
    for (const { kind, party } of story.said) drop(left[party] ?? [], kind);
    await story.fillUp();
    tellings.push(await story.told());
  };
  for (const clock of pack.clocks)
    for (const kind of clock.discharge.kinds)
      for (const asker of [0, 1]) {
        const story = await Story.begin(`${pack.name} ${clock.id} ${kind} ${asker}`);
        await story.clock(clock, kind, asker);
        await fill(story);
      }
  for (let more = 0; left.some((kinds) => kinds.length > 0) || tellings.length === 0; more++) {
    const before = left.flat().length;
    await fill(await Story.begin(`${pack.name} ${more}`));
    if (left.flat().length === before) throw new Error(`${pack.name}: no story for ${left.map((kinds) => kinds.join()).join(' / ')}`);
  }
  return tellings;
}

/** A telling of a pack as chance has it: of every kind, with the fields of its clocks or the fewest, about what it may join, what it may not, or nothing. */
export async function tellingAtRandom(pack: Pack, seed: string, next: (below: number) => number): Promise<Telling> {
  const story = await Story.begin(seed);
  const lines = linesOf(pack);
  while (story.room(0) + story.room(1) > 0) {
    const party = story.room(0) === 0 ? 1 : story.room(1) === 0 ? 0 : next(2);
    const [kind, fields] = lines[next(lines.length)] ?? never('a line');
    const near = story.said.slice(next(3) === 0 ? 0 : -3);
    const parent = next(5) === 0 ? near[next(near.length)] : (story.parentOf(kind, party) ?? near[next(near.length)]);
    await story.say(party, kind, fields, next(6) === 0 ? undefined : parent);
  }
  return story.told();
}

/**
 * Every telling of three acts: whatever opens a matter under the pack, by one side, whatever may answer it, by either, and whatever may answer one of these
 * two, by either; each with the fields of every clock, and with the fewest.
 */
export async function* everyTellingOfThree(pack: Pack): AsyncGenerator<Telling> {
  const lines = linesOf(pack);
  const sides = [0, 1];
  let told = 0;
  for (const opener of lines.filter(([kind]) => kind !== 'stamp' && kindOf(kind)?.opens === true))
    for (const answer of lines.filter(([kind]) => mayFollow(kind, opener[0])))
      for (const last of lines)
        for (const parent of [0, 1])
          for (const answerer of sides)
            for (const third of mayFollow(last[0], parent === 0 ? opener[0] : answer[0]) ? sides : []) {
              const story = await Story.begin(`${pack.name} three ${told++}`);
              const first = await story.say(0, ...opener, undefined);
              const second = await story.say(answerer, ...answer, first);
              await story.say(third, ...last, parent === 0 ? first : second);
              yield story.told();
            }
}

/** Kinds with the fields that this pack knows of them. */
function linesOf(pack: Pack): readonly (readonly [kind: string, fields: Fields])[] {
  const clocks = pack.clocks.flatMap((clock) => [
    [clock.anchor.kind, anchorFields(clock)] as const,
    ...clock.discharge.kinds.map((kind) => [kind, endingFields(clock, kind)] as const),
  ]);
  const all = [...vocabularyOf(pack).map((kind) => [kind, smallest(kind)] as const), ...clocks];
  return [...new Map(all.map((line) => [JSON.stringify(line), line])).values()];
}

/** One telling while it is made: acts are written one after another, so that each may be about any before it, of whichever side. */
class Story {
  readonly record: TestRecord;
  readonly said: Said[] = [];
  readonly #grants: readonly TestLeaf[];
  readonly #begun: readonly number[];

  private constructor(record: TestRecord) {
    this.record = record;
    this.#grants = record.logs.map((log) => log.at(-1) ?? never('an accreditation'));
    this.#begun = record.logs.map((log) => log.length);
  }

  static async begin(seed: string): Promise<Story> {
    return new Story(await started(seed));
  }

  /** Acts that a side has left. */
  room(party: number): number {
    return ACTS - ((this.record.logs[party]?.length ?? 0) - (this.#begun[party] ?? 0));
  }

  async clock(clock: Clock, kind: string, asker: number): Promise<void> {
    const answerer = clock.debtor === 'sender' ? asker : 1 - asker;
    const anchor = await this.say(asker, clock.anchor.kind, anchorFields(clock), undefined);
    await this.stamp(asker, anchor);
    // What recurs is begun by whoever began it first.
    if (clock.due.every !== undefined) await this.stamp(answerer, await this.say(answerer, clock.anchor.kind, anchorFields(clock), undefined));
    const joined = mayFollow(kind, anchor.kind) && clock.discharge.in !== 'channel';
    const fields = { ...endingFields(clock, kind), ...(joined ? {} : { concerns: [anchor.leaf.id] }) };
    const answer = await this.say(answerer, kind, fields, joined ? anchor : this.parentOf(kind, answerer));
    await this.stamp(answerer, answer, clock.due.every === undefined ? undefined : LATER);
  }

  /** Says the first of these kinds for which there is room, with what it needs before it; `false` where there is none. */
  async sayNext(kinds: readonly string[], party: number): Promise<boolean> {
    for (const kind of kinds) {
      const needed = this.#needs(kind, party);
      if (this.#has(kind, party) || needed.length + 1 > this.room(0) + this.room(1)) continue;
      const isOwn = ABOUT_PEOPLE.includes(kind) || isAboutEntry(kind);
      for (const step of needed) {
        const by = [1 - party, party].find((one) => (one === party || !isOwn) && this.room(one) > (one === party ? 1 : 0));
        if (by !== undefined) await this.say(by, step, smallest(step), this.parentOf(step, by));
      }
      const parent = this.parentOf(kind, party);
      if (this.room(party) < 1 || (parent === undefined && kindOf(kind)?.opens !== true)) continue;
      await this.say(party, kind, smallest(kind), parent);
      return true;
    }
    return false;
  }

  /** Stamps what there is until both sides have said what they may. */
  async fillUp(): Promise<void> {
    for (const party of [0, 1])
      while (this.room(party) > 0) {
        const others = this.said.filter((one) => one.party !== party);
        await this.stamp(party, others[this.room(party) % Math.max(1, others.length)] ?? this.#grant(party));
      }
  }

  /** What a kind may answer best: the latest of the other side's acts, then of the own; of the own alone where it is about them. */
  parentOf(kind: string, party: number): Said | undefined {
    if (kind === 'stamp') return this.said.at(-1) ?? this.#grant(party);
    if (ABOUT_PEOPLE.includes(kind)) return this.said.find((one) => one.party === party && one.kind === 'identity');
    if (kind === 'identity') return undefined;
    if (isAboutEntry(kind)) return this.#ownFor(kind, party);
    const fitting = [this.#grant(0), this.#grant(1), ...this.said].filter((one) => mayFollow(kind, one.kind));
    return fitting.findLast((one) => one.party !== party) ?? fitting.at(-1);
  }

  /** Says it, and gives what was said. */
  async say(party: number, kind: string, fields: Fields, parent: Said | undefined): Promise<Said> {
    if (kind === 'stamp') return this.stamp(party, parent ?? this.said.at(-1) ?? this.#grant(party));
    const made = await this.#make(party, kind, fields, parent);
    const said = { leaf: made, kind, party, fields };
    this.said.push(said);
    return said;
  }

  async #make(party: number, kind: string, given: Fields, parent: Said | undefined): Promise<TestLeaf> {
    const refs = parent === undefined ? [] : [parent.leaf.id];
    if (kind === 'identity') return this.record.accredit(party, third);
    const fields: Record<string, Json> = { ...given };
    if (ABOUT_PEOPLE.includes(kind)) fields.actor = third.actor;
    if (isAboutEntry(kind)) fields.entry = refs[0] ?? this.#grant(party).leaf.id;
    if (kind === 'correction' && parent !== undefined) fields.pointers = [`/${correctableIn(parent) ?? 'text'}`];
    return this.record.say(party, people[party] ?? people[0], { kind, fields, refs });
  }

  /** The node of a party stamps that the other side holds an act, or that it holds the other's. */
  async stamp(log: number, about: Said, time = this.record.now()): Promise<Said> {
    const head = this.record.checkpoint(about.party);
    const lines = [...(await this.record.receipt(1 - about.party, head, time)), ...(await this.record.witness(0, head, time))];
    const said = { leaf: await this.record.stamp(log, about.leaf.id, about.party, head.size, lines), kind: 'stamp', party: log, fields: {} };
    this.said.push(said);
    return said;
  }

  async told(): Promise<Telling> {
    const [ours = [], theirs = []] = await Promise.all([0, 1].map(async (party) => (await this.record.read(party)).entries));
    const [a = 0, b = 0] = this.#begun;
    return { before: [...ours.slice(0, a), ...theirs.slice(0, b)], logs: [ours.slice(a), theirs.slice(b)] };
  }

  #grant(party: number): Said {
    return { leaf: this.#grants[party] ?? never('an accreditation'), kind: 'identity', party, fields: {} };
  }

  #ownFor(kind: string, party: number): Said | undefined {
    const isTaken = (one: Said): boolean => mayBeTakenBack(kindOf(one.kind) ?? never(one.kind));
    return this.said.find((one) => one.party === party && isTaken(one) && (kind !== 'correction' || correctableIn(one) !== undefined));
  }

  /** Kinds to be said before this one can be, the first of them first. */
  #needs(kind: string, party: number): readonly string[] {
    if (kind === 'return_to_post') return [...this.#needs('recall', party), ...(this.#has('recall', party) ? [] : ['recall'])];
    if (kind === 'recall') return this.#has('identity', party) ? [] : ['identity'];
    if (isAboutEntry(kind)) return this.#ownFor(kind, party) === undefined ? ['message'] : [];
    const known = kindOf(kind);
    if (known === undefined || known.opens || this.parentOf(kind, party) !== undefined) return [];
    const parent = known.joins.find((id) => kindOf(id)?.opens === true) ?? known.joins[0];
    return parent === undefined || parent === '*' ? ['message'] : [...this.#needs(parent, party), parent];
  }

  #has(kind: string, party: number): boolean {
    return this.said.some((one) => one.kind === kind && one.party === party);
  }
}

function smallest(kind: string): Fields {
  const some: Record<string, Json> = { ...SMALLEST[kind], marking: 'green' };
  for (const field of kindOf(kind)?.fields ?? []) if (field.future === true && some[field.name] !== undefined) some[field.name] = UNTIL;
  return some;
}

function met(guard: Guard | undefined): Fields {
  return Object.fromEntries(conditionsOf(guard).map(({ field, one_of: [value = ''] }) => [field, value]));
}

function correctableIn({ kind, fields }: Said): string | undefined {
  const known = kindOf(kind);
  return known === undefined ? undefined : Object.keys(fields).find((name) => typeof fields[name] === 'string' && isCorrectable(known, name));
}

function mayFollow(type: string, parent: string): boolean {
  if (type === 'stamp' || isAboutEntry(type)) return true;
  const kind = kindOf(type);
  return kind !== undefined && joins(kind, parent);
}

function drop(kinds: string[], kind: string): void {
  const at = kinds.indexOf(kind);
  if (at >= 0) kinds.splice(at, 1);
}

function never(what: string): never {
  throw new Error(`there is ${what}`);
}

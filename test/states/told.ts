/**
 * A shipped scenario folded as it is told, without nodes, keys or a network: each line is the act that it would be, held and witnessed at once. What is
 * collected are the states that documents come to on the way, by the names that `table.ts` has for them.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toBase64url, utf8 } from '../../src/base/bytes.ts';
import type { Json } from '../../src/base/json.ts';
import { actValues } from '../../src/cli/scenario/acts.ts';
import { jointSentence } from '../../src/cli/scenario/joint-sentences.ts';
import { parseScenario, sayFaults } from '../../src/cli/scenario/parse-scenario.ts';
import type { Expectation, Scenario, Act as Told, Wait } from '../../src/cli/scenario/scenario.ts';
import { exchangeBytes } from '../../src/document/exchange.ts';
import type { Fields } from '../../src/document/kind.ts';
import { kindOf } from '../../src/document/registry.ts';
import { nodeSha256 } from '../../src/node/crypto.ts';
import { packsOf, shippedPackNames } from '../../src/node/packs.ts';
import { profileNamed } from '../../src/node/profiles.ts';
import { dutiesOf, statusOf } from '../../src/projection/duties.ts';
import { frameOf } from '../../src/projection/fold.ts';
import { readAround } from '../../src/projection/joint/around.ts';
import { jointsOf } from '../../src/projection/joint/joint.ts';
import { present } from '../../src/projection/joint/reading.ts';
import { type JointView, type Opened, withWords } from '../../src/projection/joint/words.ts';
import { type Act, emptyMatter, type Matter, withAct } from '../../src/projection/matter.ts';
import { statesIn } from './state-names.ts';

const FOLDER = new URL('../../scenarios/', import.meta.url);
/** Seconds between two lines: more than the shortest time that anybody is given. */
const STEP = 10;
const START = 1_800_000_000;
const CHANNEL = toBase64url(nodeSha256(utf8('channel')));
const SECRET = toBase64url(nodeSha256(utf8('secret')).subarray(0, 16));
const STANDING = new Map([0, 1].map((party) => [party, Number.MAX_SAFE_INTEGER]));

/** States that a scenario comes to, and what it expects of joint states and does not hold when it is folded so. */
export type Reached = { readonly states: ReadonlySet<string>; readonly unheld: readonly string[] };

/** Tells a shipped scenario from its first line to its last. */
export function reachedIn(name: string): Reached {
  const parsed = parseScenario(readFileSync(new URL(name, FOLDER), 'utf8'));
  if ('faults' in parsed) assert.fail(`${name}: ${sayFaults(parsed.faults)}`);
  const telling = new Telling(parsed.scenario);
  for (const step of parsed.scenario.steps) {
    if (step.step === 'act') telling.act(step);
    else if (step.step === 'expect') telling.expect(step);
    else if (step.step === 'wait') telling.wait(step);
  }
  return { states: telling.states, unheld: telling.unheld };
}

class Telling {
  readonly states = new Set<string>();
  readonly unheld: string[] = [];
  readonly #scenario: Scenario;
  readonly #matters = new Map<string, Matter>();
  readonly #matterOf = new Map<string, string>();
  readonly #opened = new Map<string, Opened>();
  readonly #people = new Map<string, string>();
  readonly #sizes = [0, 0];
  #now = START;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const told = new Set(scenario.steps.flatMap((step) => (step.step === 'act' && step.peopleAct === 'accredit' ? [step.person] : [])));
    for (const { name, party } of scenario.people) if (!told.has(name)) this.#accredit(name, party);
  }

  act(told: Told): void {
    this.#now += STEP;
    if (told.acknowledges) return;
    if (told.peopleAct !== undefined) this.#ofPeople(told);
    else this.#document(told);
    this.#look();
  }

  /** Until then: a silence that is over is stamped by its proposer's node as soon as hosts have seen what the other side said. */
  wait({ document, until: what, offset }: Wait): void {
    // The step to the next line is longer than any time to answer for which a telling waits.
    if (what === 'is due') return;
    const until = this.#expiryOf(idFor(document)) + offset;
    for (const [id, { type, frame }] of this.#said()) {
      if (type !== 'silence_procedure' || Number(frame.expires_at) > until || Number(frame.expires_at) <= this.#now) continue;
      this.#now = Number(frame.expires_at);
      this.#stampSilence(id);
    }
    // The next line is said at that moment.
    this.#now = until - STEP;
  }

  /** A joint state that is expected, in the sentence that the player asks both nodes. */
  expect(step: Expectation): void {
    if (step.see === 'delivery') this.states.add('delivery: received');
    if (step.see !== 'joint') return;
    const { words, document, party, number, state } = step;
    const sentence = jointSentence(words) ?? assert.fail(words);
    const asked = { entry: idFor(document), now: this.#now + STEP - 1, ...present({ party, number, state }) };
    if (!this.#views(this.#matterOf.get(asked.entry) ?? '').some((one) => sentence.holds(one, asked)))
      this.unheld.push(`line ${step.line}: ${step.text}`);
  }

  #accredit(name: string, party: number): void {
    const id = idFor(`identity ${name}`);
    this.#put({ id, type: 'identity', party, refs: [], frame: {} });
    this.#people.set(name, id);
    this.states.add('person: accredited');
  }

  #ofPeople({ peopleAct, person = '', party }: Told): void {
    if (peopleAct === 'accredit') this.#accredit(person, party);
    else this.states.add(`person: ${peopleAct === 'end' ? 'ended' : peopleAct === 'recall' ? 'recalled' : 'returned'}`);
  }

  #document(told: Told): void {
    const kind = kindOf(told.kind) ?? assert.fail(told.kind);
    const { values, faults } = actValues(told, kind, this.#scenario.marking, this.#now);
    assert.deepEqual(faults, []);
    const parent = told.parent === undefined ? undefined : idFor(told.parent);
    const about = told.about.map((name) => idFor(name));
    const id = idFor(told.name ?? `line ${told.line}`);
    const has = (name: string): boolean => kind.fields.some((field) => field.name === name);
    if (has('concerns') && about.length > 0) values.set('concerns', about);
    if (has('entry') && parent !== undefined) values.set('entry', parent);
    if (has('nonce')) values.set('nonce', parent === undefined ? SECRET : (this.#opened.get(parent)?.fields.nonce ?? ''));
    for (const [name, value] of this.#drawn(told, parent ?? '')) values.set(name, value);
    const fields: Fields = Object.fromEntries(values);
    const person = told.person === undefined ? undefined : this.#people.get(told.person);
    const answered = parent === undefined ? [] : [parent, ...(told.kind === 'position' ? this.#wordsOf(parent) : [])];
    const refs = answered.length > 0 ? answered : person !== undefined ? [person] : [];
    this.#opened.set(id, { kind, fields, erased: [] });
    this.#put({ id, type: told.kind, party: told.party, refs, frame: frameOf({ kind: told.kind, fields, erased: [] }) });
    for (const state of [...(told.clearedBy === undefined ? [] : ['draft', 'cleared']), 'signed', 'dispatched'])
      this.states.add(`delivery: ${state}`);
    if (told.kind === 'position') this.states.add(`position: ${String(told.said.value)}`);
    if (told.kind === 'recall') this.states.add('person: recalled');
    if (told.kind === 'return_to_post') this.states.add('person: returned');
  }

  /** A position is on the words that its author said of a document last. */
  #wordsOf(document: string): readonly string[] {
    return [...this.#said()].flatMap(([id, { type, frame }]) => (type === 'correction' && frame.entry === document ? [id] : [])).slice(-1);
  }

  #drawn({ kind, party, parent, line }: Told, matter: string): readonly (readonly [string, Json])[] {
    if (kind === 'reveal') return [['secret', SECRET]];
    if (kind !== 'commitment') return [];
    const reveal = this.#scenario.steps.find(
      (step): step is Told => step.step === 'act' && step.kind === 'reveal' && step.line > line && step.party === party && step.parent === parent,
    );
    const text = reveal?.fields.find(({ name }) => name === 'text')?.text ?? '';
    const bytes = exchangeBytes({ channel: CHANNEL, party, matter }, { text, secret: SECRET, attachments: [] }) ?? assert.fail();
    return [['digest', toBase64url(nodeSha256(bytes))]];
  }

  /** The act, and the stamp by which its author's log says that the other side held it at once and a host saw it. */
  #put(said: Pick<Act, 'id' | 'type' | 'party' | 'refs' | 'frame'>): void {
    const { id, party } = said;
    const matter = this.#matterOf.get(said.refs[0] ?? '') ?? id;
    this.#matterOf.set(id, matter);
    const index = this.#next(party);
    const base = { party, time: this.#now, automatic: false };
    const stamp = { entry: id, party, size: index + 1, held: [{ party: 1 - party, time: this.#now }], witnessed: [{ host: 0, time: this.#now }] };
    this.#keep({ ...said, ...base, index });
    this.#keep({ ...base, id: idFor(`stamp of ${id}`), type: 'stamp', refs: [id], frame: {}, index: this.#next(party), stamp });
  }

  #said(): ReadonlyMap<string, Act> {
    return new Map(
      [...this.#matters.values()].flatMap(({ components }) => Object.values(components).flatMap((acts) => acts.map((act) => [act.id, act]))),
    );
  }

  #expiryOf(silence: string): number {
    return Number(this.#said().get(silence)?.frame.expires_at);
  }

  /** What hosts have seen of the other side's log at the expiry, held whole by the proposer. */
  #stampSilence(silence: string): void {
    const { party } = this.#said().get(silence) ?? assert.fail(silence);
    const seen = { held: [{ party, time: this.#now }], witnessed: [{ host: 0, time: this.#now }] };
    const stamp = { entry: silence, party: 1 - party, size: this.#sizes[1 - party] ?? 0, ...seen };
    const id = idFor(`stamp of the silence ${silence}`);
    this.#keep({ id, type: 'stamp', party, refs: [silence], frame: {}, time: this.#now, automatic: false, index: this.#next(party), stamp });
  }

  #keep(act: Act): void {
    const matter = this.#matterOf.get(act.refs[0] ?? '') ?? act.id;
    this.#matters.set(matter, withAct(this.#matters.get(matter) ?? emptyMatter(matter), act));
  }

  #next(party: number): number {
    const index = this.#sizes[party] ?? 0;
    this.#sizes[party] = index + 1;
    return index;
  }

  #views(id: string, around = readAround([...this.#matters.values()], 2)): readonly JointView[] {
    const reading = around.readings.get(id);
    if (reading === undefined) return [];
    const joints = jointsOf(reading, around, {
      quorum: 1,
      standing: STANDING,
      counted: STANDING,
      names: this.#scenario.parties.map(({ name }) => name),
    });
    return joints.map((joint) => withWords(joint, this.#opened, { channel: CHANNEL, sha256: nodeSha256 }));
  }

  /** The states that everything stands in now, and just before the next line. */
  #look(): void {
    const now = this.#now + STEP - 1;
    const { procedures, profile } = this.#scenario;
    const packs = packsOf(shippedPackNames(profile === undefined ? procedures : profileNamed(profile).packs));
    const around = readAround([...this.#matters.values()], 2);
    for (const [id, matter] of this.#matters) {
      for (const view of this.#views(id, around)) for (const at of [this.#now, now]) for (const state of statesIn(view, at)) this.states.add(state);
      const context = { packs, parties: 2, quorum: 1, standing: STANDING, elsewhere: [...this.#matters.values()] };
      for (const duty of dutiesOf(matter, context))
        for (const at of [this.#now, now]) this.states.add(`duty ${duty.anchor.type}: ${statusOf(duty, at)}`);
    }
  }
}

function idFor(name: string): string {
  return toBase64url(nodeSha256(utf8(name)));
}

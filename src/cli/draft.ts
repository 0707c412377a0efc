import { readFile } from 'node:fs/promises';
import { toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { MAX_BODY_SIZE } from '../base/limits.ts';
import { type Say, sayIn } from '../base/phrases.ts';
import type { Random } from '../base/ports.ts';
import { isAboutEntry, isHeldTo } from '../document/about-entries.ts';
import { cellLabelOf, type FormField, formOf, labelOf } from '../document/form.ts';
import type { AttachmentValue, Fault, Field, Kind } from '../document/kind.ts';
import { asOffered } from '../document/offered.ts';
import { checkDraft } from '../document/parse.ts';
import { joins, kindOf } from '../document/registry.ts';
import { isAttachment } from '../document/shape.ts';
import { visible } from '../document/visible.ts';
import { answering } from '../projection/corrected.ts';
import { sittingFault } from '../projection/joint/session.ts';
import type { ChannelView, DocumentView } from '../projection/views.ts';
import { closest } from './closest.ts';
import { anyText, fieldLines, indented, unknownLine, valueText } from './field-lines.ts';
import { readInputFile } from './read-input.ts';
import { aKind, voiceOf } from './rows.ts';
import { readValue } from './scenario/values.ts';
import type { Terminal } from './terminal.ts';

const say = sayIn('en');

/** What a document answers or concerns, as the node shows it. */
export type Parent = DocumentView;

/** What a document is made of. */
export type DraftParts = {
  readonly texts: ReadonlyMap<string, Json>;
  readonly filled: ReadonlyMap<string, Json>;
  readonly attachments: readonly AttachmentValue[];
  readonly now: number;
  /** What is answered, and whose account of a session counts. */
  readonly answers?: { readonly parent: Parent; readonly us: number } | undefined;
};

/** Texts given as `--field name=value`, by field name; `@FILE` is read from a file, `@-` from standard input, `@@` begins a text with `@`. */
export async function givenFields(kind: Kind, given: readonly string[], terminal: Terminal): Promise<ReadonlyMap<string, string>> {
  const asked = kind.fields.filter((field) => field.hidden !== true && field.shape !== 'attachments').map(({ name }) => name);
  const texts = new Map<string, string>();
  for (const item of given) {
    const [, written = '', value = ''] = /^([^=]*)=(.*)$/s.exec(item) ?? [];
    const name = written.trim().toLowerCase().replaceAll(/[ -]/g, '_');
    if (!item.includes('=')) throw new ParleyError('usage', `--field is name=value, not "${item.slice(0, 40)}"`);
    if (!asked.includes(name)) {
      const near = closest(name, asked);
      throw new ParleyError(
        'usage',
        `${aKind(kind.id)} has no field "${name.slice(0, 40)}"${near === undefined ? `; it has ${asked.join(', ')}` : `; did you mean ${near}?`}`,
      );
    }
    if (texts.has(name)) throw new ParleyError('usage', `the field ${name} is given once`);
    texts.set(name, await givenText(value, terminal));
  }
  return texts;
}

/** Reads the texts as the form does; refuses `invalid` with every sentence at once. Instants may count from now: `in 3 days`. */
export function readTexts(kind: Kind, texts: ReadonlyMap<string, string>, now: number): ReadonlyMap<string, Json> {
  const fields = new Map<string, Json>();
  const faults: string[] = [];
  for (const field of kind.fields) {
    const text = texts.get(field.name);
    if (text === undefined || text.trim() === '') continue;
    const read = readValue(field, text, now);
    if ('value' in read) fields.set(field.name, read.value);
    else faults.push(faultLine(kind, field.name, typeof read.expected === 'string' ? read.expected : say(read.expected)));
  }
  if (faults.length > 0) throw new ParleyError('invalid', faults.join(' '));
  return fields;
}

/** What is wrong with a field, by the name that `--field` takes, with what may be chosen: `marking: Choose one of those offered: clear, green.` */
function faultLine(kind: Kind, name: string, sentence: string): string {
  const field = kind.fields.find((one) => one.name === name);
  if (field === undefined) return sentence;
  const choices = field.shape === 'choice' || field.shape === 'choices' ? field.of : [];
  return `${name}: ${choices.length === 0 ? sentence : `${sentence.replace(/\.$/, '')}: ${choices.join(', ')}.`}`;
}

/** A channel's words, and the roles that its procedures offer. */
type Words = Pick<ChannelView, 'profile' | 'roles'>;

/** Asks a person for every field that was not given; an optional one is left out by an empty line, a wrong answer is asked again. */
export async function askFields(
  terminal: Terminal,
  channel: Words,
  kind: Kind,
  texts: ReadonlyMap<string, string>,
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const say = voiceOf(channel);
  terminal.say(`${terminal.style(say(`kind.${kind.id}`), 'bold')}: ${say(`kind.${kind.id}.help`)}`);
  return askEach(terminal, channel, kind, texts, now, () => true);
}

/** Asks once more for what was said and cannot be signed so, with the sentence that says why; everything else stays as it was written. */
export async function mendFields(
  terminal: Terminal,
  channel: Words,
  kind: Kind,
  texts: ReadonlyMap<string, string>,
  parts: Omit<DraftParts, 'texts'>,
): Promise<ReadonlyMap<string, string>> {
  let said = texts;
  for (;;) {
    const faults = draftFaults(kind, { ...parts, texts: readTexts(kind, said, parts.now) }).filter(({ field }) => said.has(field));
    if (faults.length === 0) return said;
    for (const { field, phrase } of faults) terminal.say(`  ${faultLine(kind, field, say(phrase))}`);
    const wrong = new Set(faults.map(({ field }) => field));
    said = await askEach(terminal, channel, kind, new Map([...said].filter(([name]) => !wrong.has(name))), parts.now, (name) => wrong.has(name));
  }
}

async function askEach(
  terminal: Terminal,
  channel: Words,
  kind: Kind,
  texts: ReadonlyMap<string, string>,
  now: number,
  isAsked: (name: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const say = voiceOf(channel);
  const out = new Map(texts);
  for (const asked of formOf(kind).fields) {
    if (out.has(asked.field.name) || asked.field.shape === 'attachments' || !isAsked(asked.field.name)) continue;
    const offered = asked.field.offers === 'roles' ? channel.roles : [];
    const text = await askField(terminal, say, { asked, offered }, now);
    if (text !== '') out.set(asked.field.name, text);
  }
  return out;
}

/** Whether a required field that a person fills is still missing. */
export function isIncomplete(kind: Kind, texts: ReadonlyMap<string, string>): boolean {
  return kind.fields.some((field) => field.required && field.hidden !== true && (texts.get(field.name) ?? '').trim() === '');
}

/** The fields that the program fills: from the document that is answered, from the person who is meant, or by chance. */
export function filledFields(
  kind: Kind,
  channel: ChannelView,
  parent: Parent | undefined,
  concerns: readonly string[],
  random: Random,
): ReadonlyMap<string, Json> {
  const filled = new Map<string, Json>();
  const has = (name: string): boolean => kind.fields.some((field) => field.name === name && field.hidden === true);
  const about = parent !== undefined && !answers(kind, parent) ? [parent.row.id, ...concerns] : concerns;
  if (has('concerns') && about.length > 0) filled.set('concerns', [...new Set(about)]);
  if (has('nonce')) filled.set('nonce', kind.joins.length > 0 && parent?.fields.nonce !== undefined ? parent.fields.nonce : toBase64url(random(16)));
  if (has('counters') && parent?.row.kind === kind.id) filled.set('counters', [parent.row.id]);
  const person = channel.people.find(({ matter }) => matter === parent?.row.matter);
  if (has('actor') && person !== undefined) filled.set('actor', person.actor);
  if (has('representative') && person !== undefined) filled.set('representative', person.name);
  if (has('for_consultations')) filled.set('for_consultations', true);
  return filled;
}

/** What a document refers to: the one it answers, where its kind may join that one's matter. Refuses `usage` where it answers nothing and must. */
export function refsOf(kind: Kind, parent: Parent | undefined): readonly string[] {
  if (parent !== undefined && answers(kind, parent)) return answering(kind.id, parent);
  if (kind.opens) return [];
  const all = kind.joins.map((id) => aKind(id));
  const what = all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`;
  // Whoever answers the newest words by the number of the correction is told which document these are words of.
  const of = parent?.aboutEntry === undefined ? '' : ` (of ${parent.aboutEntry.slice(0, 8)})`;
  if (parent !== undefined) throw new ParleyError('usage', `what is answered is ${aKind(parent.row.kind)}${of}: ${aKind(kind.id)} answers ${what}`);
  throw new ParleyError('usage', `--in-reply-to is needed: ${aKind(kind.id)} answers ${what}`);
}

/** All fields in the kind's order, checked as they will be on the other side; refuses `invalid` with every sentence at once. */
export function completeDraft(kind: Kind, parts: DraftParts): readonly (readonly [string, Json])[] {
  const all = fieldsIn(kind, parts);
  if (parts.attachments.length > 0 && !all.has('attachments')) throw new ParleyError('invalid', `${aKind(kind.id)} takes no files`);
  const faults = draftFaults(kind, parts);
  if (faults.length > 0) throw new ParleyError('invalid', faults.map(({ field, phrase }) => faultLine(kind, field, say(phrase))).join(' '));
  return [...all];
}

function draftFaults(kind: Kind, parts: DraftParts): readonly Fault[] {
  const all = fieldsIn(kind, parts);
  return [...checkDraft(kind, all, parts.now), ...sittingFaults(kind, parts.answers, all)];
}

function fieldsIn(kind: Kind, { texts, filled, attachments }: DraftParts): ReadonlyMap<string, Json> {
  const all = new Map<string, Json>();
  for (const { name, shape } of kind.fields) {
    const value = filled.get(name) ?? (shape === 'attachments' && attachments.length > 0 ? attachments : texts.get(name));
    if (value !== undefined) all.set(name, value);
  }
  return all;
}

function sittingFaults(
  kind: Kind,
  answers: { readonly parent: Parent; readonly us: number } | undefined,
  all: ReadonlyMap<string, Json>,
): readonly Fault[] {
  const session =
    kind.id === 'sitting' ? answers?.parent.joint.find((one) => one.kind === 'session' && one.entry === answers.parent.row.id) : undefined;
  const phrase = session?.kind === 'session' ? sittingFault(session, answers?.us ?? 0, Object.fromEntries(all)) : undefined;
  return phrase === undefined ? [] : [{ field: 'at', phrase }];
}

/** The document that an act about another one is about: its kind, and what it says in lists. */
export type Target = { readonly kind: string; readonly title: string };

/** How fields are shown: with the document they are about, in a channel's words, with those that the program fills. */
type FieldsText = { readonly about?: Target | undefined; readonly channel?: Pick<ChannelView, 'profile'>; readonly withFilled?: boolean };

/**
 * Fields of a document, in words; those that the program fills are left out unless asked for. `about` is the document that it is about, where known. Further lines of
 * a text stand further in than fields do: whoever reads this reads it to know what is signed.
 */
export function fieldsText(
  kind: Kind,
  fields: readonly (readonly [string, Json])[],
  { about, channel = {}, withFilled = false }: FieldsText = {},
): readonly string[] {
  const say = voiceOf(channel);
  const known = new Map(kind.fields.map((field) => [field.name, field]));
  return fields.flatMap(([name, value]) => {
    const field = known.get(name);
    if (field === undefined) return [unknownLine(name, value)];
    if (name === 'entry' && isAboutEntry(kind.id)) {
      const entry = valueText(field, value, say);
      return [`  ${say('about.about')} ${about === undefined ? entry : `${visible(about.title)} (${entry})`}`];
    }
    if (name === 'pointers') return changeLines(say, about?.kind, value, fields.find(([other]) => other === 'values')?.[1]);
    // The values of a correction stand with the fields that they are for.
    if (field.hidden === true) return withFilled && !(name === 'values' && known.has('pointers')) ? [unknownLine(name, value)] : [];
    if (field.shape === 'attachments' && Array.isArray(value) && value.every((file: Json) => isAttachment(file)))
      return value.map((file) => `  File: ${visible(file.name)}, ${file.size} bytes, ${file.media}`);
    return fieldLines(kind.id, field, value, say);
  });
}

/** What leaves, in full, and what that means; shown before a person says yes. */
export function leavingText(
  terminal: Terminal,
  channel: ChannelView,
  kind: Kind,
  fields: readonly (readonly [string, Json])[],
  signer: string,
  about?: Target,
): string {
  const others = channel.parties.filter((_, party) => party !== channel.us).map(({ name }) => name);
  return [
    `${terminal.style('What leaves', 'bold')}: ${aKind(kind.id, channel)} to ${others.join(', ')}, in ${channel.title}, signed by ${signer}`,
    ...fieldsText(kind, fields, { about, channel }),
    `They can prove to anyone that you said this. ${voiceOf(channel)(isAboutEntry(kind.id) || isHeldTo(kind.id) ? 'about.final' : 'leaving.final')}`,
  ].join('\n');
}

/** What an act about another document says of its fields, under their labels where its kind is known: their new values, or that they are gone. */
function changeLines(say: Say, kind: string | undefined, pointers: Json, values: Json | undefined): readonly string[] {
  const listed: readonly Json[] = Array.isArray(pointers) ? pointers : [];
  const names = listed.flatMap((pointer) => (isFieldPointer(pointer) ? [pointer.slice(1)] : []));
  const fits = Array.isArray(pointers) && names.length === listed.length && (!Array.isArray(values) || values.length === names.length);
  if (!fits) return [unknownLine('pointers', pointers), ...(values === undefined ? [] : [unknownLine('values', values)])];
  const known = new Map((kind === undefined ? undefined : kindOf(kind))?.fields.map((field) => [field.name, field]));
  const labelled = (name: string): string => (known.has(name) ? say(labelOf(kind ?? '', name)) : name);
  if (!Array.isArray(values)) return [`  Fields that are gone: ${names.map(labelled).join(', ')}`];
  const list: readonly Json[] = values;
  return names.map((name, i) => {
    const value = list[i] ?? null;
    const field = known.get(name);
    const text = field === undefined ? anyText(value) : valueText(field, value, say);
    return value === null ? `  ${labelled(name)} is left out now` : `  ${labelled(name)} now: ${indented(text, 4)}`;
  });
}

/** Whether a value names a field, `/subject`. */
function isFieldPointer(value: Json): value is string {
  return typeof value === 'string' && /^\/[a-z][a-z0-9_]*$/.test(value);
}

function answers(kind: Kind, parent: Parent): boolean {
  return joins(kind, parent.row.kind);
}

/** A question, with words that are offered for its answer beside those it must be one of. */
type Question = { readonly asked: FormField; readonly offered: readonly string[] };

async function askField(terminal: Terminal, say: Say, { asked, offered }: Question, now: number): Promise<string> {
  const { field, required, choices } = asked;
  const own = offered.length === 0 ? hintOf(field, say) : say('offered.or_own', { words: offered.map(visible).join(', ') });
  const options = choices.length === 0 ? own : choices.map(({ value }) => value).join(', ');
  const hint = [options, required ? '' : 'empty to leave out'].filter((part) => part !== '').join('; ');
  for (;;) {
    const question = `${say(asked.label)}${hint === '' ? '' : ` (${hint})`}:`;
    const typed =
      field.shape === 'text' || field.shape === 'lines' || field.shape === 'rows'
        ? await askLines(terminal, question)
        : await terminal.ask(question, 'a --field is missing');
    const text = asOffered(typed, offered);
    if (text === '' && !required) return '';
    const read = readValue(field, text, now);
    if (text !== '' && 'value' in read) return text;
    terminal.say(
      `  ${text === '' || !('expected' in read) ? say('fault.missing') : typeof read.expected === 'string' ? read.expected : say(read.expected)} ${say(asked.help)}`,
    );
  }
}

async function askLines(terminal: Terminal, question: string): Promise<string> {
  const lines: string[] = [];
  terminal.say(`${question} end with a line that holds a dot alone`);
  for (;;) {
    const line = await terminal.ask('>', 'a --field is missing');
    if (line === '.' || (line === '' && lines.length === 0)) return lines.join('\n').trim();
    lines.push(line);
  }
}

function hintOf(field: Field, say: Say): string {
  if (field.shape === 'instant') return '2021-06-16 11:35 in UTC, or "in 3 days"';
  if (field.shape === 'flag') return 'yes or no';
  if (field.shape === 'rows') return field.of.map((cell) => say(cellLabelOf(field.name, cell.name))).join(' | ');
  return '';
}

async function givenText(value: string, terminal: Terminal): Promise<string> {
  if (value.startsWith('@@')) return value.slice(1);
  if (!value.startsWith('@')) return value;
  if (value === '@-') return new TextDecoder().decode(await readInputFile('-', terminal.streams.stdin, MAX_BODY_SIZE));
  return readFile(value.slice(1), 'utf8');
}

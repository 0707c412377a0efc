import { formatInstant, writeSpan } from '../base/instants.ts';
import { hostName, type Phrase, type Say, sayIn } from '../base/phrases.ts';
import { kindOf } from '../document/registry.ts';
import type { BesideView } from '../projection/people-views.ts';
import type { ChannelView, DueView, TableRow } from '../projection/views.ts';
import type { Terminal } from './terminal.ts';

const say = sayIn('en');

/** A phrase in words. */
export function said(phrase: Phrase): string {
  return say(phrase);
}

/** The words that this side uses in a channel: those of its profile, where it has one. */
export function voiceOf({ profile }: Pick<ChannelView, 'profile'>): Say {
  if (profile === undefined) return say;
  const own = voices.get(profile.name) ?? sayIn('en', profile.words);
  voices.set(profile.name, own);
  return own;
}

/** A phrase in the words that this side uses in a channel. */
export function saidIn(channel: Pick<ChannelView, 'profile'>, phrase: Phrase | string): string {
  return voiceOf(channel)(phrase);
}

const voices = new Map<string, Say>();

/** `1 entry`, `2 entries`. */
export function entriesText(count: number): string {
  return say('count.entries', { count });
}

/** Entries of a party's record, through all its generations, that not all others hold. */
export function waitingOf({ record }: Pick<ChannelView['logs'][number], 'record'>): number {
  return record.size - record.heldSize;
}

/** A host as sentences name it. */
export function hostCalled(name: string): string {
  return hostName(say, name);
}

/** Why a channel needs eyes, in words, if it does; `running`: whether a node runs that could do anything about it. */
export function alarmText({ alarm }: Pick<ChannelView, 'alarm'>, running: boolean): string | undefined {
  if (alarm === undefined) return undefined;
  return `ALARM: ${say(alarm.id === 'alarm.recovering' && !running ? { id: 'alarm.recovering_idle' } : alarm)}`;
}

/** What is left of alarms that are over: a line for each log with two histories whose owner goes on in a new generation; none while an alarm stands. */
export function settledTexts({ alarm, forks, parties }: Pick<ChannelView, 'alarm' | 'forks' | 'parties'>): readonly string[] {
  if (alarm !== undefined) return [];
  return forks.map(({ party, goesOn }) => {
    const since = goesOn?.since === undefined ? '' : ` since ${when(goesOn.since)} UTC`;
    return say('alarm.settled_line', { name: parties[party]?.name ?? '', since });
  });
}

/** A kind in words with its article: `an erasure`. */
export function aKind(kind: string, channel: Pick<ChannelView, 'profile'> = {}): string {
  const name = kindNameIn(channel, kind).toLowerCase();
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** What a document says in a list, with its kind before it unless its own words begin so: `Duty card: Anna Petrova`, not `Duty card: Duty card: ...`. */
export function kindAndSummary({ kind, summary }: Pick<TableRow, 'kind' | 'summary'>, channel: Pick<ChannelView, 'profile'> = {}): string {
  const [name, text] = [kindNameIn(channel, kind), saidIn(channel, summary)];
  return text.toLowerCase().startsWith(name.toLowerCase()) ? text : `${name}: ${text}`;
}

/** A kind in words; one that this version does not know names itself. */
export function kindName(kind: string): string {
  return kindOf(kind) === undefined ? kind.replaceAll('_', ' ') : say(`kind.${kind}`);
}

/** A kind in the words that this side uses in a channel. */
export function kindNameIn(channel: Pick<ChannelView, 'profile'>, kind: string): string {
  return kindOf(kind) === undefined ? kindName(kind) : saidIn(channel, `kind.${kind}`);
}

/** `2021-06-16 11:35` in UTC, for people; JSON lines carry seconds. */
export function when(seconds: number): string {
  return formatInstant(seconds).slice(0, 16).replace('T', ' ');
}

/** `2021-06-16 11:35:09` in UTC, where seconds decide. */
export function whenExactly(seconds: number): string {
  return formatInstant(seconds).slice(0, 19).replace('T', ' ');
}

/** A document in a list: its number, time, author, what it says, and how far it came. */
export function rowText(terminal: Terminal, channel: ChannelView, row: TableRow): string {
  const party = channel.parties[row.party]?.name ?? `party ${row.party}`;
  const marks = [
    row.marking === '' ? '' : `TLP:${row.marking.toUpperCase()}`,
    row.exercise ? 'EXERCISE' : '',
    row.attachments > 0 ? files(row.attachments) : '',
  ];
  const ref = row.ref === '' ? '' : ` ${row.ref}`;
  const head = `${row.id.slice(0, 8)}  ${when(row.time)}  ${terminal.style(party, 'bold')}  ${kindNameIn(channel, row.kind)}${ref}`;
  const signer = row.automatic === true ? `${row.signer}, automatic` : row.signer;
  const tail = [signer, ...marks].filter((part) => part !== '').join(', ');
  return [
    `${head}${tail === '' ? '' : ` (${tail})`}`,
    `          ${saidIn(channel, row.summary)}`,
    ...markTexts(row).map((mark) => `          ${terminal.style(mark, 'warn')}`),
    `          ${deliveryText(terminal, channel, row)}`,
  ].join('\n');
}

/** What its author said about a document later, each with the entry that says so. */
export function markTexts({ withdrawn, corrected, erased }: Pick<TableRow, 'withdrawn' | 'corrected' | 'erased'>): readonly string[] {
  const at = (entry: string): string => ` (${entry.slice(0, 8)})`;
  return [
    ...(withdrawn === undefined ? [] : [`${say('mark.withdrawn')}${at(withdrawn.entry)}`]),
    ...(corrected === undefined ? [] : [`${say('mark.corrected', { count: corrected.count })}${at(corrected.entry)}`]),
    ...(erased === undefined ? [] : [`${say('mark.erased', { count: erased.count })}${at(erased.entry)}`]),
  ];
}

/** The line as scripts read it: the row, with its words beside their ids. */
export function rowLine(channel: ChannelView, row: TableRow): object {
  return {
    ...row,
    channel: channel.id,
    party_name: channel.parties[row.party]?.name ?? '',
    summary_text: said(row.summary),
    findings_text: row.findings.map(said),
  };
}

/** How far a document came, in the words of the screens; a void one says why it counts for nothing. */
export function deliveryText(terminal: Terminal, channel: ChannelView, row: TableRow): string {
  const witnessed = row.witnessed || row.delivery === 'witnessed' ? ', witnessed' : '';
  const others = channel.parties.filter((_, party) => party !== channel.us).map(({ name }) => name);
  const at = row.heldAt === undefined ? '' : ` since ${when(row.heldAt)}`;
  const held = row.delivery === 'held' || row.heldAt !== undefined;
  const came =
    row.party !== channel.us ? 'here' : held ? `${others.join(', ')} ${others.length === 1 ? 'holds' : 'hold'} it${at}` : 'sent, not held yet';
  const findings = row.findings.map(said);
  if (!row.valid) return terminal.style(`held, not accepted: ${findings[0] ?? 'it is not in form'}`, 'warn');
  const noticed = findings.length === 0 ? '' : `; noticed: ${findings.join('; ')}`;
  const unused = row.unacknowledged ? terminal.style('; not used: nobody here has acknowledged who signed it', 'warn') : '';
  return `${terminal.style(`${came}${witnessed}`, held ? 'good' : 'dim')}${unused}${noticed}`;
}

/** A duty in a sentence: who owes what to whom, and until when. */
export function dueText(terminal: Terminal, channel: Pick<ChannelView, 'parties' | 'profile'>, due: DueView, now: number): string {
  const name = (party: number): string => channel.parties[party]?.name ?? `party ${party}`;
  const until = due.dueAt === undefined ? '' : ` by ${when(due.dueAt)} UTC`;
  const owes = `${name(due.debtor)} owes ${name(due.creditor)} an answer${until}: ${saidIn(channel, due.summary)}`;
  // Where nobody asked, either side's node may be the one that has not acknowledged what the other holds.
  const waits = due.follows === true ? 'a receipt is owed' : 'its node has not acknowledged the request';
  const receipt = due.receiptOwedSince === undefined ? '' : `; ${waits} since ${when(due.receiptOwedSince)}`;
  switch (due.status) {
    case 'not_started':
      return `${owes} (the clock starts when ${due.follows === true ? 'the other side' : 'their node'} holds it)${receipt}`;
    case 'running':
      return `${owes}${receipt}`;
    case 'late_so_far':
      return terminal.style(`${owes} (late so far${due.dueAt === undefined ? '' : `, ${writeSpan(now - due.dueAt)}`})${receipt}`, 'bad');
    case 'withdrawn':
      return `nothing is owed any more, since it was withdrawn: ${saidIn(channel, due.summary)}`;
    case 'met':
      return `${name(due.debtor)} answered in time: ${saidIn(channel, due.summary)}`;
    case 'met_late':
      return `${name(due.debtor)} answered late: ${saidIn(channel, due.summary)}`;
  }
}

/** What a party says beside a person, in a sentence: also on the page of a document about them. */
export function besideText(channel: Pick<ChannelView, 'parties' | 'profile'>, one: BesideView): string {
  const party = channel.parties[one.party]?.name ?? '';
  return one.kind === 'agrement'
    ? saidIn(channel, { id: 'people.agrement', values: { party, answer: one.agrement ?? '', at: when(one.time) } })
    : saidIn(channel, { id: 'people.compromise', values: { party, since: when(one.compromisedSince ?? 0) } });
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

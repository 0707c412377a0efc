import { leftPhrase } from '../../base/instants.ts';
import type { ReportView } from '../../projection/report.ts';
import type { ChannelView, TodayItem, TodayView } from '../../projection/views.ts';
import { findChannel, openClient } from '../client.ts';
import type { Command } from '../command.ts';
import { shellWord } from '../program.ts';
import { kindNameIn, said, saidIn, when } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

/** What is left is said of whatever is due within this, seconds. */
const DAY = 86_400;

export const command: Command = {
  usage: '[--channel CHANNEL]',
  examples: [
    ['parley duties', 'what this side owes, what it is owed, and what to watch, in all channels'],
    ['parley duties --channel Geneva-1', 'the one list of a channel, the same on both sides: who owes what to whom, since when, until when'],
    ['parley duties --json', 'a JSON line a duty'],
  ],
  notes:
    'A clock starts when the other side is known to hold what asks, and stops when the answer is held. Doubt favours whoever owes. Under a silence nothing is owed: while it runs it stands in the list of all channels, and not in the one of a channel.',
  options: [{ name: 'channel', value: 'CHANNEL', help: 'the list of this channel, computed from its logs alone' }],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const client = await openClient(dir);
    try {
      const name = args.text('channel');
      if (name !== undefined) {
        const channel = await findChannel(client, name);
        const report = await client.get<ReportView>(`/api/channels/${channel.id}/report`);
        const today = terminal.json ? undefined : await client.get<TodayView>('/api/today');
        sharedList(terminal, channel, report, today);
        return undefined;
      }
      const today = await client.get<TodayView>('/api/today');
      const channels = await client.get<readonly ChannelView[]>('/api/channels');
      const wordsOf = (item: TodayItem): Words => channels.find(({ id }) => id === item.channel) ?? {};
      const lists = [
        ['awaits_us', 'Awaits us', today.awaitingUs, today.more.awaitingUs],
        ['awaits_them', 'Awaits the others', today.awaitingThem, today.more.awaitingThem],
        ['watch', 'To watch', today.watch, today.more.watch],
      ] as const;
      for (const [list, title, items, more] of lists) {
        if (!terminal.json && items.length > 0) terminal.data({}, terminal.style(title, 'bold'));
        for (const item of items)
          terminal.data({ list, ...item, text: saidIn(wordsOf(item), item.due.summary) }, `  ${itemText(terminal, wordsOf(item), item, today.now)}`);
        for (const { channel, channelTitle, count } of more)
          terminal.data(
            { list: `${list}_more`, channel, channelTitle, count },
            `  ${count} more in ${channelTitle}${list === 'watch' ? '' : `: "parley duties --channel ${shellWord(channelTitle)}" lists them`}`,
          );
      }
      const changes = today.toAcknowledge.length + today.moreToAcknowledge;
      if (changes > 0)
        terminal.say(
          `${changes} change${changes === 1 ? '' : 's'} of the other side about its people wait${changes === 1 ? 's' : ''}: "parley acknowledge" lists them; what they sign is not used before.`,
        );
      if (lists.every(([, , items]) => items.length === 0)) terminal.say('Nothing is owed.');
      if (today.unheld > 0)
        terminal.say(
          `${today.unheld} of our documents ${today.unheld === 1 ? 'is' : 'are'} not held by the other side yet; "parley status" says why.`,
        );
    } finally {
      await client.close();
    }
    return undefined;
  },
};

/** The list both sides have alike; whose receipt is awaited stands on a line of its own, since nothing runs before it. */
function sharedList(terminal: Terminal, channel: ChannelView, { parties, as_of, duties }: ReportView, today: TodayView | undefined): void {
  // What is asked is words, which the list itself leaves out: people read them beside it, as far as this node shows them among what is owed.
  const items = today === undefined ? [] : [...today.awaitingUs, ...today.awaitingThem, ...today.watch];
  const asked = new Map(items.filter((item) => item.channel === channel.id).map((item) => [item.due.entry, item]));
  for (const duty of duties) {
    const [debtor, creditor] = [parties[duty.debtor] ?? '', parties[duty.creditor] ?? ''];
    const since = duty.since === null ? 'not started' : `since ${when(duty.since)}`;
    const until = duty.until === null ? 'no date' : `until ${when(duty.until)} UTC`;
    const late = duty.status === 'late_so_far' ? ', late so far' : '';
    const by = duty.by.map((kind) => kindNameIn(channel, kind).toLowerCase()).join(' or ');
    const text = `${debtor} owes ${creditor}: ${duty.title} (${duty.pack}; ${since}, ${until}${late}; by ${by}) ${duty.document.slice(0, 8)}`;
    const item = asked.get(duty.document);
    const words = item === undefined ? '' : `\n  ${saidIn(channel, item.due.summary)}${correctedText(item)}${refText(item)}`;
    const receipt = duty.receipt_owed_since === null ? '' : `\n  receipt owed since ${when(duty.receipt_owed_since)} UTC`;
    terminal.data(
      { list: 'shared', ...duty, debtor_name: debtor, creditor_name: creditor },
      `${late === '' ? text : terminal.style(text, 'bad')}${words}${receipt}`,
    );
  }
  if (duties.length === 0) terminal.say('Nothing is owed.');
  terminal.say(
    as_of === null
      ? 'As of no moment yet: nothing on the record has started or ended a clock.'
      : `As of ${when(as_of)} UTC: the latest moment that both sides have on record.`,
  );
}

function dueWord({ silence, over, exchange, status, title }: TodayItem['due']): string {
  if (exchange === 'commit') return 'not committed yet, the exchange is set for';
  if (exchange === 'reveal') return 'to be revealed, the moment of the exchange was';
  if (exchange === 'moment') return 'committed, to be revealed from';
  if (silence === true) return 'under silence, taken as agreed unless somebody objects before';
  if (over === 'hosts') return 'hosts have yet to show whether anybody objected to this silence, which was over';
  if (over === 'unasked')
    return 'nothing shows that this silence was held before it was over, so it lets nothing pass: to be taken back and proposed anew; over';
  const word = status === 'late_so_far' ? 'was due' : 'due';
  return title === undefined ? word : `${title}: ${word}`;
}

/** What a channel calls things, and which party of it is ours. */
type Words = Partial<Pick<ChannelView, 'profile' | 'us'>>;

/** What is said of a claim that waits for a position: no clock runs for one. */
function positionWord(due: TodayItem['due'], words: Words): string | undefined {
  if (due.earlierWords === true) return earlierWords(due, words);
  if (due.unowed !== true) return undefined;
  return `not answered${due.debtor === words.us ? ' by us' : ''}; nobody owes a position`;
}

function earlierWords({ debtor }: TodayItem['due'], { us }: Words): string {
  const sentence = said({ id: 'claim.earlier_words', values: { who: debtor === us ? 'ours' : 'theirs' } });
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function refText({ ref }: Pick<TodayItem, 'ref'>): string {
  return ref === undefined ? '' : ` ${ref}`;
}

function correctedText({ corrected, due }: TodayItem): string {
  return corrected !== true || due.earlierWords === true ? '' : ` (${said({ id: 'mark.corrected_title' }).toLowerCase()})`;
}

function itemText(terminal: Terminal, words: Words, item: TodayItem, now: number): string {
  const { due } = item;
  const late = due.status === 'late_so_far';
  const left = due.dueAt === undefined || late || due.over !== undefined ? DAY : due.dueAt - now;
  const soon = left < DAY && (left >= 0 || due.exchange === undefined) ? `, ${said(leftPhrase(left))}` : '';
  const until = due.dueAt === undefined ? 'no date' : `${dueWord(due)} ${when(due.dueAt)} UTC${soon}`;
  const clock = positionWord(due, words) ?? (due.status === 'not_started' ? 'the clock has not started' : until);
  const unused = item.unacknowledged ? ' (by somebody nobody here has acknowledged)' : '';
  const where = item.channelTitle === item.with ? item.with : `${item.channelTitle}, with ${item.with}`;
  const exercise = item.exercise === true ? 'EXERCISE ' : '';
  const text = `${where}: ${exercise}${saidIn(words, due.summary)}${correctedText(item)}${refText(item)} (${kindNameIn(words, item.act).toLowerCase()}; ${clock}) ${due.entry.slice(0, 8)}${unused}`;
  return late ? terminal.style(text, 'bad') : text;
}

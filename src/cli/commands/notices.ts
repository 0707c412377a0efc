import { ParleyError } from '../../base/errors.ts';
import { sayIn } from '../../base/phrases.ts';
import { NOTICE_EVENTS, type NoticesView, type SubscriptionView } from '../../projection/notice-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import type { Arguments } from '../arguments.ts';
import { type Client, findChannel, openClient } from '../client.ts';
import type { Command, Context } from '../command.ts';
import { when } from '../rows.ts';

const say = sayIn('en');
const PATH = '/api/notices';

export const command: Command = {
  usage: '[list | subscribe | test-send ID | off ID | calendar [off]] [--mail ADDRESS | --webhook NAME] [--channel CHANNEL...] [--event EVENT...]',
  examples: [
    ['parley notices subscribe --mail duty@ministry.example', 'tell this address of everything, as it happens'],
    ['parley notices subscribe --mail duty@ministry.example --event fork --event late --channel Geneva-1', 'of these events in this channel alone'],
    ['parley notices subscribe --mail desk@ministry.example --digest 6', 'once a day at 06:00 UTC'],
    ['parley notices subscribe --webhook pager', 'tell the receiver that notices.json pins under this name'],
    ['parley notices', 'who is told of what, what waits, and why'],
    ['parley notices test-send 3fJq0pX2a9Lk', 'hand out a test message now'],
    ['parley notices off 3fJq0pX2a9Lk', 'end a subscription and what waits for it'],
    ['parley notices calendar', 'make a secret address of all deadlines for a calendar program; "calendar off" ends it'],
  ],
  notes:
    `Events: ${NOTICE_EVENTS.join(', ')}. Left out: all, in all channels.\n` +
    'A notice says that there is something, and never what: the channel, the kind, our reference, the urgency, the deadline and a link.\n' +
    'It leaves while the node runs, and only to the mail server and the receivers in notices.json of the data directory (docs/notices.md).',
  options: [
    { name: 'mail', value: 'ADDRESS', help: 'the address to tell' },
    { name: 'webhook', value: 'NAME', help: 'the receiver to tell, by its name in notices.json' },
    { name: 'channel', value: 'CHANNEL', many: true, help: 'title or id; may be given more than once' },
    { name: 'event', value: 'EVENT', many: true, help: 'what to tell of; may be given more than once' },
    { name: 'digest', value: 'HOUR', help: 'once a day at this hour UTC, 0 to 23' },
  ],
  words: [0, 2],
  async run({ args, terminal, dir }) {
    const { verb, what, wanted } = askedIn(args);
    const client = await openClient(dir);
    try {
      if (verb === 'list') await list(client, terminal);
      else if (wanted !== undefined) await subscribe(client, terminal, args.many('channel'), wanted);
      else if (verb === 'test-send') await testSend(client, terminal, what);
      else if (verb === 'off') await off(client, terminal, what);
      else await calendar(client, terminal, what === 'off');
    } finally {
      await client.close();
    }
    return undefined;
  },
};

type Terminal = Context['terminal'];
type Titles = ReadonlyMap<string, string>;

/** What is asked for, in form, before anything is opened. */
function askedIn(args: Arguments): { readonly verb: string; readonly what: string; readonly wanted?: object } {
  const [verb = 'list', what] = args.words;
  if (!['list', 'subscribe', 'test-send', 'off', 'calendar'].includes(verb))
    throw new ParleyError('usage', 'one of: list, subscribe, test-send, off, calendar');
  const stray = ['mail', 'webhook', 'channel', 'event', 'digest'].find((name) => args.has(name) && verb !== 'subscribe');
  if (stray !== undefined) throw new ParleyError('usage', `--${stray} belongs to "parley notices subscribe"`);
  if (what !== undefined && (verb === 'list' || verb === 'subscribe' || (verb === 'calendar' && what !== 'off')))
    throw new ParleyError('usage', `"${what.slice(0, 40)}" is one word too many`);
  if (verb === 'test-send' || verb === 'off') return { verb, what: args.word(1, 'the ID that "parley notices" shows') };
  return { verb, what: what ?? '', ...(verb === 'subscribe' ? { wanted: wantedIn(args) } : {}) };
}

function wantedIn(args: Arguments): object {
  const [mail, webhook] = [args.text('mail'), args.text('webhook')];
  if ((mail === undefined) === (webhook === undefined)) throw new ParleyError('usage', '--mail or --webhook is needed, and one of them');
  const events = args.many('event');
  if (events.some((event) => !(NOTICE_EVENTS as readonly string[]).includes(event)))
    throw new ParleyError('usage', `--event is one of: ${NOTICE_EVENTS.join(', ')}`);
  const digestHour = args.whole('digest', 0, 23);
  return {
    ...(mail === undefined ? { webhook } : { mail }),
    events: events.length === 0 ? NOTICE_EVENTS : events,
    ...(digestHour === undefined ? {} : { digestHour }),
  };
}

async function subscribe(client: Client, terminal: Terminal, names: readonly string[], wanted: object): Promise<void> {
  const channels: string[] = [];
  for (const name of names) channels.push((await findChannel(client, name)).id);
  sayOne(terminal, await client.post<SubscriptionView>(PATH, { ...wanted, channels }), await titlesOf(client));
}

async function list(client: Client, terminal: Terminal): Promise<void> {
  const view = await client.get<NoticesView>(PATH);
  const titles = await titlesOf(client);
  for (const one of view.subscriptions) sayOne(terminal, one, titles);
  if (view.subscriptions.length === 0) terminal.say('Nobody is told of anything.');
  if (view.fault !== undefined) terminal.say(`Nothing leaves: expected ${view.fault}.`);
  else if (!view.mail.on) terminal.say('This node hands out no mail: notices.json names no server (docs/notices.md).');
  if (!client.running) terminal.say('No node runs on this directory: what waits leaves when "parley serve" runs.');
}

async function testSend(client: Client, terminal: Terminal, id: string): Promise<void> {
  await client.post(`${PATH}/${encodeURIComponent(id)}/test`, {});
  terminal.data({ id, tested: true }, 'The test message was accepted. Whether it was read is not known.');
}

async function off(client: Client, terminal: Terminal, id: string): Promise<void> {
  await client.post(`${PATH}/${encodeURIComponent(id)}/off`, {});
  terminal.data({ id, off: true }, `${id} is off.`);
}

async function calendar(client: Client, terminal: Terminal, isOver: boolean): Promise<void> {
  if (isOver) {
    await client.post(`${PATH}/calendar/off`, {});
    terminal.data({ calendar: null }, 'The address of the calendar has ended.');
    return;
  }
  const { url } = await client.post<{ url: string }>(`${PATH}/calendar`, {});
  terminal.data({ calendar: url }, url);
  terminal.say('Whoever has this address reads all deadlines. It is shown this once; the one before has ended.');
}

async function titlesOf(client: Client): Promise<Titles> {
  return new Map((await client.get<readonly ChannelView[]>('/api/channels')).map(({ id, title }) => [id, title]));
}

function sayOne(terminal: Terminal, one: SubscriptionView, titles: Titles): void {
  const where = 'mail' in one.target ? one.target.mail : `webhook ${one.target.webhook}`;
  const events =
    one.events.length === NOTICE_EVENTS.length ? 'everything' : one.events.map((event) => say(`notice.event.${event}`).toLowerCase()).join(', ');
  const channels = one.channels.length === 0 ? 'in all channels' : `in ${one.channels.map((id) => titles.get(id) ?? id.slice(0, 8)).join(', ')}`;
  const hour = one.digestHour === undefined ? 'as it happens' : `once a day at ${String(one.digestHour).padStart(2, '0')}:00 UTC`;
  const whose = one.person === '' ? '' : ` (${one.person})`;
  const lines = [`${one.id}  ${where}${whose}: ${events}, ${channels}, ${hour}; since ${when(one.createdAt)} UTC`];
  if (one.waiting > 0)
    lines.push(`  ${one.waiting} wait${one.waiting === 1 ? 's' : ''}${one.trouble === undefined ? '' : `; expected ${one.trouble}`}`);
  if (one.failed > 0) lines.push(terminal.style(`  ${one.failed} given up${one.trouble === undefined ? '' : `; expected ${one.trouble}`}`, 'bad'));
  terminal.data(one, lines.join('\n'));
}

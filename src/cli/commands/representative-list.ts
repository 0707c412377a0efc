import type { Say } from '../../base/phrases.ts';
import type { IdentityPage, PeoplePage, PersonPage } from '../../projection/people-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { scopeText } from '../accredit.ts';
import { channelPath, findChannel, openClient } from '../client.ts';
import { CHANNEL, type Command } from '../command.ts';
import { besideText, voiceOf, when } from '../rows.ts';
import type { Terminal } from '../terminal.ts';

export const command: Command = {
  usage: '[--channel CHANNEL]',
  examples: [['parley representative list', 'who speaks for each side, since when, with what stands beside them']],
  options: [CHANNEL],
  words: [0, 0],
  async run({ args, terminal, dir }) {
    const client = await openClient(dir);
    try {
      const channel = await findChannel(client, args.text('channel'));
      const page = await client.get<PeoplePage>(channelPath(channel.id, '/representatives'));
      for (const identity of page.identities) {
        terminal.data({ what: 'identity', ...identity }, identityText(terminal, voiceOf(channel), identity));
        const people = page.people.filter(({ party }) => party === identity.party);
        for (const person of people) terminal.data({ what: 'person', ...person }, personText(terminal, channel, person));
        if (people.length === 0) terminal.say('  Nobody is accredited yet.');
      }
    } finally {
      await client.close();
    }
    return undefined;
  },
};

function identityText(terminal: Terminal, say: Say, { name, keys, threshold, event, sentence, rotated, fork, behind }: IdentityPage): string {
  const lines = [
    `${terminal.style(name, 'bold')}: ${threshold} of ${keys} identity key${keys === 1 ? '' : 's'}; ${sentence}`,
    ...(rotated === undefined ? [] : [`  Key event ${event}, ${when(rotated.time)}${rotated.pending ? '; not acknowledged here yet' : ''}`]),
    ...(behind === undefined ? [] : [`  ${say({ id: 'people.behind', values: { event: behind.event, channel: behind.channel } })}`]),
    ...(fork === undefined
      ? []
      : [terminal.style(`  ${say({ id: 'people.fork', values: { event: fork.event, channels: fork.channels.join(', ') } })}`, 'bad')]),
  ];
  return lines.join('\n');
}

/** One act about a person, in the order of the log: when it was said, from when it counts for people where another day is named, who acknowledged it. */
function actText(say: Say, { act, time, effectiveAt, acknowledged }: PersonPage['acts'][number]): string {
  const effect = effectiveAt === undefined ? '' : `, ${say('people.with_effect', { day: when(effectiveAt) })}`;
  const seen = acknowledged === undefined ? '' : `; acknowledged ${when(acknowledged.at)} by ${acknowledged.by || 'the command line'}`;
  return `${say(`people.act.${act}`)} ${when(time)}${effect}${seen}`;
}

function personText(terminal: Terminal, channel: ChannelView, person: PersonPage): string {
  const say = voiceOf(channel);
  const last = person.acts.at(-1);
  const state = say(`person.${person.state}`).toLowerCase();
  return [
    `  ${terminal.style(person.name, 'bold')}, ${person.post}: ${state} since ${when(last?.time ?? person.since)}`,
    `    ${scopeText({ ...person.scope, automatic: person.automatic }, channel)}`,
    ...(person.pending === undefined ? [] : [terminal.style(`    ${say('people.pending')}`, 'warn')]),
    ...person.beside.map((one) => `    ${besideText(channel, one)}`),
    ...person.acts
      .filter((act) => person.acts.length > 1 || act.acknowledged !== undefined || act.effectiveAt !== undefined)
      .map((act) => `    ${actText(say, act)}`),
  ].join('\n');
}

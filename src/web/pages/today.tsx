import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ChannelView, MoreInChannel, SessionView, TodayItem, TodayView } from '../../projection/views.ts';
import { askedAlike } from '../asked-alike.ts';
import { utcDay, writeInstant, zonesOf } from '../instants.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { usePageTitle } from '../page-title.ts';
import { ToAcknowledge } from '../parts/acknowledge.tsx';
import { Alarms } from '../parts/alarms.tsx';
import { Clearances } from '../parts/clearances.tsx';
import { EntryRow, Reference, rowContext, SeamBand } from '../parts/entry-row.tsx';
import { Glyph } from '../parts/glyph.tsx';
import { Answered, Empty } from '../parts/states.tsx';
import { Ago, DueLine, useNow } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { InWords, useSay, useVoice } from '../say.tsx';
import { takeApart } from '../summary.ts';
import { isGateAlarm } from '../trust.ts';

/** What awaits us and what awaits them, over all channels: the duty officer's page. */
export function Today() {
  const today = useQuery(queries.today());
  const channels = useQuery(queries.channels());
  const session = useQuery(queries.session());
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  return (
    <Answered query={today}>
      {(data) =>
        channels.data === undefined || session.data === undefined ? null : <Page today={data} channels={channels.data} session={session.data} />
      }
    </Answered>
  );
}

type PageProps = { readonly today: TodayView; readonly channels: readonly ChannelView[]; readonly session: SessionView };

function Page({ today, channels, session }: PageProps) {
  const now = useNow();
  return (
    <>
      <Alarms channels={channels} />
      <div className="sides page-head">
        <Title now={today.now} party={session.party.name} />
        <div className="on-theirs stack-small">
          <StatusLines today={today} channels={channels} />
        </div>
      </div>
      <Clearances items={today.clearances} channels={channels} session={session} />
      <Awaiting today={today} channels={channels} />
      <Changed today={today} channels={channels} now={now} />
    </>
  );
}

/** Changes to be looked at, and what awaits whom. */
function Awaiting({ today, channels }: { readonly today: TodayView; readonly channels: readonly ChannelView[] }) {
  const say = useSay();
  return (
    <>
      {today.toAcknowledge.length === 0 ? null : <ToAcknowledge changes={today.toAcknowledge} />}
      {today.moreToAcknowledge === 0 ? null : (
        <div className="sides">
          <p className="on-ours">{say('today.more_changes', { count: today.moreToAcknowledge })}</p>
        </div>
      )}
      <div className="sides today-columns">
        <Duties
          side="on-ours"
          title={say('today.awaiting_us', { count: today.counts.awaitingUs })}
          empty={say('today.nothing_us')}
          items={today.awaitingUs}
          more={today.more.awaitingUs}
          channels={channels}
          answer
        />
        <Duties
          side="on-theirs"
          title={say('today.awaiting_them', { count: today.counts.awaitingThem })}
          empty={say('today.nothing_them')}
          items={today.awaitingThem}
          more={today.more.awaitingThem}
          channels={channels}
        />
      </div>
      {today.watch.length === 0 ? null : (
        <div className="sides today-columns">
          <Duties
            side="on-ours"
            title={say('today.watch', { count: today.counts.watch })}
            empty=""
            items={today.watch}
            more={today.more.watch}
            channels={channels}
          />
        </div>
      )}
    </>
  );
}

/** The newest documents of all channels, by day; where nothing awaits anybody, what to do next. */
function Changed({ today, channels, now }: Pick<PageProps, 'today' | 'channels'> & { readonly now: number }) {
  const { say, language } = useVoice();
  const quiet = today.awaitingUs.length + today.awaitingThem.length + today.watch.length === 0;
  const [first] = channels;
  return (
    <section aria-label={say('today.changed', { count: today.changed.length })} className="thread">
      <SeamBand>{say('today.changed', { count: today.changed.length })}</SeamBand>
      {today.changed.map((row, index) => {
        const before = today.changed[index - 1];
        const channel = channels.find((one) => one.id === row.channel);
        if (channel === undefined) return null;
        return (
          <div key={`${row.channel} ${row.id}`} className="table-item-flow">
            {before === undefined || utcDay(before.time) !== utcDay(row.time) ? <SeamBand>{writeInstant(row.time, 'day', language)}</SeamBand> : null}
            <InWords words={channel.profile?.words}>
              <EntryRow row={row} context={rowContext(channel, now)} where={row.channelTitle} />
            </InWords>
          </div>
        );
      })}
      <SeamBand>{say(quiet && today.changed.length === 0 ? 'today.quiet' : 'today.nothing_else')}</SeamBand>
      {quiet ? (
        <div className="sides page-head">
          <div className="on-ours">
            {first === undefined ? (
              <Empty>{say('today.no_channel')}</Empty>
            ) : (
              <Empty
                act={
                  <Link className="button" to="/c/$channel" params={{ channel: first.id }}>
                    {say('today.open_table', { channel: first.title })}
                  </Link>
                }
              >
                {say('today.quiet_next')}
              </Empty>
            )}
          </div>
        </div>
      ) : null}
    </section>
  );
}

/** Which day it is, and whose. */
function Title({ now, party }: { readonly now: number; readonly party: string }) {
  const { say, language } = useVoice();
  usePageTitle(say('today.title'));
  return (
    <div className="on-ours">
      <h1>{say('today.title')}</h1>
      <p className="party-name">
        <span className="caps muted">{say('side.ours')}</span> <bdi>{party}</bdi>
      </p>
      <p className="muted">{say('today.date', { day: writeInstant(now, 'day', language) ?? '', time: writeInstant(now, 'time', language) ?? '' })}</p>
    </div>
  );
}

/** Receipts, hosts and channels in need of eyes: words, no coloured lamps. */
function StatusLines({ today, channels }: { readonly today: TodayView; readonly channels: readonly ChannelView[] }) {
  const say = useSay();
  const stopped = channels.filter((channel) => isGateAlarm(channel.alarm));
  const settled = channels.filter((channel) => channel.alarm === undefined && channel.forks.length > 0);
  const founding = channels.filter((channel) => !channel.open);
  // What is receipted of a log with two histories is what stands of it, and no more is taken: that is not "all current".
  const isForked = channels.some(({ alarm }) => alarm?.id === 'alarm.fork' || alarm?.id === 'alarm.fork_own');
  return (
    <ul className="status-lines">
      {[...stopped, ...settled].map((channel) => (
        <li key={channel.id}>
          <Glyph kind="fork" />
          <Link to="/c/$channel/alarm" params={{ channel: channel.id }}>
            {say(channel.alarm === undefined ? 'today.settled' : 'gate.today', { channel: channel.title })}
          </Link>
        </li>
      ))}
      <li>
        <Glyph kind={today.unheld === 0 && !isForked ? 'held' : 'waiting'} />
        <span>{say(isForked ? 'today.receipts_forked' : 'today.receipts', { count: today.unheld })}</span>
      </li>
      <li>
        <Glyph kind={today.hostSeenAt === undefined ? 'withheld' : 'witnessed'} />
        <span>
          {today.hostSeenAt === undefined ? (
            say('today.host_never')
          ) : (
            <>
              {say('today.host_seen')} <Ago at={today.hostSeenAt} />
            </>
          )}
        </span>
      </li>
      {founding.map((channel) => (
        <li key={channel.id}>
          <Glyph kind="open" />
          <Link to="/c/$channel" params={{ channel: channel.id }}>
            {say('today.founding', { channel: channel.title })}
          </Link>
        </li>
      ))}
    </ul>
  );
}

type DutiesProps = {
  readonly side: 'on-ours' | 'on-theirs';
  readonly title: string;
  readonly empty: string;
  readonly items: readonly TodayItem[];
  readonly more: readonly MoreInChannel[];
  readonly channels: readonly ChannelView[];
  readonly answer?: boolean;
};

function Duties({ side, title, empty, items, more, channels, answer = false }: DutiesProps) {
  const say = useSay();
  return (
    <section className={`${side} duties`}>
      <h2>{title}</h2>
      {items.length === 0 ? <p className="muted">{empty}</p> : null}
      <ul>
        {askedAlike(items).map((group) => {
          const [item] = group;
          if (item === undefined) return null;
          const channel = channels.find((one) => one.id === item.channel);
          return (
            <InWords key={`${item.channel} ${item.due.entry} ${item.act}`} words={channel?.profile?.words}>
              {group.length > 1 ? (
                <DutyOfMany items={group} channel={channel} answer={answer} />
              ) : (
                <Duty item={item} channel={channel}>
                  {item.unacknowledged ? <NotUsed item={item} /> : null}
                  {answer && !item.unacknowledged ? <AnswerLink item={item} /> : null}
                </Duty>
              )}
            </InWords>
          );
        })}
      </ul>
      {more.map(({ channel, channelTitle, count }) => (
        <p key={channel}>
          <Link className="text-button" to="/c/$channel" params={{ channel }}>
            {say('today.more', { count, channel: channelTitle })}
          </Link>
        </p>
      ))}
    </section>
  );
}

function Duty({ item, channel, children }: { readonly item: TodayItem; readonly channel: ChannelView | undefined; readonly children: ReactNode }) {
  const say = useSay();
  const now = useNow();
  const { label, words } = takeApart(say, item.due.summary);
  return (
    <li className="duty-item sheet">
      <p className="entry-head">
        {words === undefined ? null : <strong>{label}</strong>}
        <Reference text={item.ref ?? ''} />
        <bdi className="muted">{item.channelTitle}</bdi>
        {item.channelTitle === item.with ? null : <bdi className="muted">{say('today.with', { name: item.with })}</bdi>}
        {item.exercise ? <span className="exercise">{say('row.exercise')}</span> : null}
        {item.corrected && !item.due.earlierWords ? <span className="muted">{say('mark.corrected_title')}</span> : null}
      </p>
      <p className={words === undefined ? 'entry-title said-by-parley' : 'entry-title'}>
        <Link className="row-link" to="/c/$channel/documents/$id" params={{ channel: item.channel, id: item.due.entry }}>
          <bdi>{words ?? label}</bdi>
        </Link>
      </p>
      <DueLine due={item.due} us={channel?.us ?? -1} zones={channel === undefined ? {} : zonesOf(channel)} now={now} />
      {children}
    </li>
  );
}

type DutyOfManyProps = { readonly items: readonly TodayItem[]; readonly channel: ChannelView | undefined; readonly answer: boolean };

/** What is asked alike in many channels: said once, and every channel named, since none of them is done by looking at another. */
function DutyOfMany({ items, channel, answer }: DutyOfManyProps) {
  const say = useSay();
  const now = useNow();
  const [first] = items;
  if (first === undefined) return null;
  const { label, words } = takeApart(say, first.due.summary);
  const kind = { kind: first.act, name: say(`kind.${first.act}`) };
  return (
    <li className="duty-item sheet">
      <p className="entry-head">
        {words === undefined ? null : <strong>{label}</strong>}
        <Reference text={first.ref ?? ''} />
        {first.exercise ? <span className="exercise">{say('row.exercise')}</span> : null}
        {first.corrected && !first.due.earlierWords ? <span className="muted">{say('mark.corrected_title')}</span> : null}
      </p>
      <p className={words === undefined ? 'entry-title said-by-parley' : 'entry-title'}>
        <bdi>{words ?? label}</bdi>
      </p>
      <DueLine due={first.due} us={channel?.us ?? -1} zones={{}} now={now} />
      <p className="muted duty-lead">
        {say(answer ? 'today.answer_each' : 'today.in_channels', { count: items.length, act: say('acts.answer', kind) })}
      </p>
      <ul className="duty-channels">
        {items.map((item) => (
          <li key={`${item.channel} ${item.due.entry}`}>
            {answer ? (
              <Link
                className="channel-link"
                to="/c/$channel/compose"
                params={{ channel: item.channel }}
                search={{ kind: item.act, to: item.due.entry }}
              >
                <bdi>{item.channelTitle}</bdi>
              </Link>
            ) : (
              <Link className="channel-link" to="/c/$channel/documents/$id" params={{ channel: item.channel, id: item.due.entry }}>
                <bdi>{item.channelTitle}</bdi>
              </Link>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}

/** Asked or answered by somebody whom nobody here has acknowledged: the clock is shown, and nothing is done with it. */
function NotUsed({ item }: { readonly item: TodayItem }) {
  const say = useSay();
  return (
    <p className="duty-act">
      <span className="unused">{say('row.unacknowledged')}</span>{' '}
      <Link className="text-button" to="/c/$channel/people" params={{ channel: item.channel }}>
        {say('unused.look')}
      </Link>
    </p>
  );
}

function AnswerLink({ item }: { readonly item: TodayItem }) {
  const say = useSay();
  return (
    <p className="duty-act">
      <Link className="button" to="/c/$channel/compose" params={{ channel: item.channel }} search={{ kind: item.act, to: item.due.entry }}>
        {say('acts.answer', { kind: item.act, name: say(`kind.${item.act}`) })}
      </Link>
    </p>
  );
}

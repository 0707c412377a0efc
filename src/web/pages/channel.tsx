import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import type { ChannelView } from '../../projection/views.ts';
import { othersOf } from '../others.ts';
import { DutyLine } from '../parts/duty-card.tsx';
import { Answered } from '../parts/states.tsx';
import { SettledLine, TrustLine } from '../parts/trust-line.tsx';
import { Ago } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { InWords, useSay } from '../say.tsx';

/** What stands above each page of a channel: whose channel, whether it can be trusted, and who answers on either side now. */
export function Channel() {
  const { channel } = useParams({ from: '/c/$channel' });
  const query = useQuery(queries.channel(channel));
  return (
    <Answered query={query}>
      {(data) => (
        <InWords words={data.profile?.words}>
          <ChannelHead channel={data} />
          <Outlet />
        </InWords>
      )}
    </Answered>
  );
}

function ChannelHead({ channel }: { readonly channel: ChannelView }) {
  const say = useSay();
  return (
    <section className="channel-head" aria-label={say('channel.head')}>
      <div className="sides">
        <p className="on-ours channel-title">
          <Link to="/c/$channel" params={{ channel: channel.id }}>
            <bdi>{channel.title}</bdi>
          </Link>
        </p>
        <div className="on-theirs channel-trust">
          <TrustLine channel={channel} />
          <SettledLine channel={channel} />
        </div>
      </div>
      <div className="sides parties">
        <div className="on-ours">
          <PartyHead channel={channel} party={channel.us} label="side.ours" />
        </div>
        <span className="on-seam caps muted gutter-head" aria-hidden="true">
          {say('when.zone')}
        </span>
        <div className="on-theirs">
          {othersOf(channel).map(({ party }) => (
            <PartyHead key={party} channel={channel} party={party} label="side.theirs" />
          ))}
        </div>
      </div>
    </section>
  );
}

function PartyHead({ channel, party, label }: { readonly channel: ChannelView; readonly party: number; readonly label: string }) {
  const say = useSay();
  const facts = channel.parties[party];
  return (
    <div className="party-head">
      <p className="party-name">
        <span className="caps muted">{say(label)}</span> <bdi>{facts?.name ?? ''}</bdi>
      </p>
      {facts?.reachable === false || facts?.signs === false ? <WhyWaiting channel={channel} party={party} /> : null}
      <DutyLine channel={channel} party={party} />
    </div>
  );
}

/** Why what we sent has not arrived, and that nobody need do anything: said wherever the other side does not answer, or does not sign. */
function WhyWaiting({ channel, party }: { readonly channel: ChannelView; readonly party: number }) {
  const say = useSay();
  const { lastSeen, signs } = channel.parties[party] ?? {};
  return (
    <p className="why-waiting" role="status">
      <strong>{say(signs === false ? 'channel.not_signing' : 'channel.unreachable')}</strong>
      {lastSeen === undefined ? null : (
        <span>
          {say('receipts.last_seen')} <Ago at={lastSeen} />.
        </span>
      )}
      {channel.unheld === 0 ? null : <span>{say('channel.waiting', { count: channel.unheld })}</span>}
    </p>
  );
}

import { Link } from '@tanstack/react-router';
import type { ClearanceView } from '../../projection/clearance-views.ts';
import type { ChannelView, SessionView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { takeApart } from '../summary.ts';
import { Instant } from './when.tsx';

type ClearancesProps = { readonly items: readonly ClearanceView[]; readonly channels: readonly ChannelView[]; readonly session: SessionView };

/** Four eyes on Today: what this person can clear, and what of theirs was cleared, sent back or still waits. */
export function Clearances({ items, channels, session }: ClearancesProps) {
  const say = useSay();
  const { person } = session;
  if (person === undefined || items.length === 0) return null;
  const isMine = (one: ClearanceView): boolean => one.signer.actor === person.actor || one.asked.user === person.user;
  const clears = (one: ClearanceView): boolean =>
    channels.find(({ id }) => id === one.channel)?.people.some(({ actor, state }) => actor === person.actor && state === 'accredited') ?? false;
  const toClear = items.filter((one) => one.state === 'awaiting' && !isMine(one) && clears(one));
  const mine = items.filter(isMine);
  return (
    <div className="sides today-columns">
      {toClear.length === 0 ? null : (
        <section className="on-ours duties">
          <h2>{say('today.to_clear', { count: toClear.length })}</h2>
          <ul>
            {toClear.map((one) => (
              <Item key={`${one.channel} ${one.id}`} one={one} />
            ))}
          </ul>
        </section>
      )}
      {mine.length === 0 ? null : (
        <section className={`${toClear.length === 0 ? 'on-ours' : 'on-theirs'} duties`}>
          <h2>{say('today.handed_over', { count: mine.length })}</h2>
          <ul>
            {mine.map((one) => (
              <Item key={`${one.channel} ${one.id}`} one={one} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Item({ one }: { readonly one: ClearanceView }) {
  const say = useSay();
  const { label, words } = takeApart(say, one.summary);
  const by = one.cleared?.name ?? one.returned?.name ?? '';
  return (
    <li className="duty-item sheet">
      <p className="entry-head">
        {words === undefined ? null : <strong>{label}</strong>}
        <bdi className="muted">{one.channelTitle}</bdi>
        <span className="muted">{say('clearance.for_signature', { name: one.signer.name })}</span>
      </p>
      <p className={words === undefined ? 'entry-title said-by-parley' : 'entry-title'}>
        <Link className="row-link" to="/c/$channel/clearances/$id" params={{ channel: one.channel, id: one.id }}>
          <bdi>{words ?? label}</bdi>
        </Link>
      </p>
      <p className="muted">
        {say(`clearance.state.${one.state}`, { name: by })} <Instant at={one.cleared?.at ?? one.returned?.at ?? one.asked.at} />
      </p>
    </li>
  );
}

import { Link } from '@tanstack/react-router';
import type { BesideView, PersonPage } from '../../projection/people-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';
import { AcknowledgeButton } from './acknowledge.tsx';
import { MissionStrip } from './mission-strip.tsx';
import { Instant } from './when.tsx';

/** One representative: post, mission, what they may sign, what is said beside them, and whether we have acknowledged them. */
export function PersonSheet({ person, channel }: { readonly person: PersonPage; readonly channel: ChannelView }) {
  const say = useSay();
  const ours = person.party === channel.us;
  return (
    <li className={`person-sheet sheet person-${person.state}`}>
      <p className="entry-head">
        <span className="caps">{say(ours ? 'side.ours' : 'side.theirs')}</span>
        <strong>{say(`person.${person.state}`)}</strong>
        {person.automatic ? <span className="exercise">{say('people.automatic')}</span> : null}
      </p>
      <h3 className="person-name-line">
        <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: person.matter }}>
          <bdi>{visible(person.name)}</bdi>
        </Link>
      </h3>
      <p>
        <bdi>{visible(person.post)}</bdi>
      </p>
      <MissionStrip acts={person.acts} />
      <p className="muted">{scopeSentence(say, person)}</p>
      <Beside beside={person.beside} channel={channel} />
      <Acknowledgement person={person} channel={channel} />
      {channel.open && person.state !== 'ended' ? <PersonActs person={person} channel={channel} ours={ours} /> : null}
    </li>
  );
}

/** What parties say beside a person: it changes nobody's validity, and says by whom it was said. */
export function Beside({ beside, channel }: { readonly beside: readonly BesideView[]; readonly channel: ChannelView }) {
  const say = useSay();
  if (beside.length === 0) return null;
  return (
    <ul className="beside">
      {beside.map((one) => (
        <li key={one.entry}>
          <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: one.entry }}>
            <bdi>{channel.parties[one.party]?.name ?? ''}</bdi>
          </Link>{' '}
          {one.kind === 'agrement' ? (
            say('people.says_agrement', { answer: one.agrement ?? '' })
          ) : (
            <>
              {say('people.says_compromise')} <Instant at={one.compromisedSince ?? 0} />.
            </>
          )}{' '}
          <span className="muted">
            {say('people.said_by', { name: one.signer })} <Instant at={one.time} style="short" />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Who here acknowledged somebody of the other side, and when; or the act that does it. */
export function Acknowledgement({ person, channel }: { readonly person: PersonPage; readonly channel: ChannelView }) {
  const say = useSay();
  if (person.party === channel.us) return null;
  if (person.pending !== undefined) {
    return (
      <div className="notice pending">
        <p>{say('people.pending')}</p>
        <p className="actions">
          <AcknowledgeButton changes={[{ channel: channel.id, entry: person.pending, name: person.name }]} primary />
        </p>
      </div>
    );
  }
  const last = person.acts.findLast((act) => act.acknowledged !== undefined)?.acknowledged;
  return last === undefined ? null : (
    <p className="muted">
      {say(last.by === '' ? 'people.acknowledged_operator' : 'people.acknowledged', { name: last.by })} <Instant at={last.at} style="short" />
    </p>
  );
}

function PersonActs({ person, channel, ours }: { readonly person: PersonPage; readonly channel: ChannelView; readonly ours: boolean }) {
  const say = useSay();
  const kinds = ours ? [person.state === 'accredited' ? 'recall' : 'return_to_post', 'compromise'] : ['agrement', 'compromise'];
  return (
    <p className="actions">
      {kinds.map((kind) => (
        <Link key={kind} className="text-button" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind, to: person.matter }}>
          {say(`people.do.${kind}`)}
        </Link>
      ))}
    </p>
  );
}

function scopeSentence(say: ReturnType<typeof useSay>, { scope }: PersonPage): string {
  const all = scope.kinds.includes('*');
  const kinds = scope.kinds.map((kind) => say(`kind.${kind}`)).join(', ');
  const signs = say(all ? 'people.signs_all' : 'people.signs', { kinds, marking: `TLP:${scope.marking.toUpperCase()}` });
  return scope.mayRecall ? `${signs} ${say('people.may_recall')}` : signs;
}

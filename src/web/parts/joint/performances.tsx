import { Link } from '@tanstack/react-router';
import { type Performance, performanceStatus } from '../../../projection/joint/undertaking.ts';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { zonesOf } from '../../instants.ts';
import { othersOf } from '../../others.ts';
import { useSay } from '../../say.tsx';
import { Deadline, Instant, useNow } from '../when.tsx';

type Undertaking = Extract<JointView, { kind: 'undertaking' }>;

/** What each side undertook, on its own side: by when, what it says it did, and what the other says of that. */
export function Performances({ undertaking, channel }: { readonly undertaking: Undertaking; readonly channel: ChannelView }) {
  const of = (party: number): readonly Performance[] => undertaking.performances.filter((one) => one.party === party);
  return (
    <div className="sides performances">
      <div className="on-ours">
        {of(channel.us).map((one) => (
          <OnePerformance key={one.number} performance={one} channel={channel} />
        ))}
      </div>
      <div className="on-theirs">
        {othersOf(channel).flatMap(({ party }) =>
          of(party).map((one) => <OnePerformance key={`${party} ${one.number}`} performance={one} channel={channel} />),
        )}
      </div>
    </div>
  );
}

function OnePerformance({ performance, channel }: { readonly performance: Performance; readonly channel: ChannelView }) {
  const say = useSay();
  const now = useNow();
  const { party, state, dueAt, performed, answers } = performance;
  const nameOf = (one: number): string => channel.parties[one]?.name ?? '';
  const sentence = say('joint.performance', { name: nameOf(party), state, status: performanceStatus(performance, now) });
  return (
    <div className="stance">
      <p className="stance-value">
        {performed === undefined ? (
          sentence
        ) : (
          <Link className="stance-link" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: performed.entry }}>
            {sentence}
          </Link>
        )}{' '}
        {performed === undefined ? null : <Instant at={performed.performedAt} style="short" />}
      </p>
      {dueAt === undefined ? null : (
        <p>
          {say('due.due')} <Deadline at={dueAt} zones={zonesOf(channel)} />
        </p>
      )}
      {answers.map((answer) => (
        <p key={answer.entry}>
          <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: answer.entry }}>
            {say('joint.acceptance', { name: nameOf(answer.party), value: answer.value })}
          </Link>{' '}
          <Instant at={answer.time} style="short" />
        </p>
      ))}
    </div>
  );
}

import type { ChannelView, LineageView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { ForkActions, Histories } from './fork-alarm.tsx';
import { ForkHeads, GoesOn } from './fork-heads.tsx';
import { Instant } from './when.tsx';

/** What is left of an alarm once the record goes on: what happened, since when it goes on, that nothing is to be done, and the proof. */
export function ForkSettled({
  channel,
  lineage,
  onSaveProof,
}: {
  readonly channel: ChannelView;
  readonly lineage: LineageView | undefined;
  readonly onSaveProof: () => void;
}) {
  const say = useSay();
  return (
    <>
      <div className="sides threshold">
        <section className="on-ours stack">
          <p className="caps">
            <bdi>{channel.title}</bdi>
          </p>
          <h1>{say('alarm.settled_title')}</h1>
          {channel.forks.map((fork) => (
            <div key={`${fork.party} ${fork.gen}`} className="stack">
              <p className="lead">
                {fork.party === channel.us ? say('alarm.fork_own') : say('alarm.fork', { name: channel.parties[fork.party]?.name ?? '' })}{' '}
                <GoesOn fork={fork} channel={channel} />
              </p>
              <ForkHeads fork={fork} />
            </div>
          ))}
        </section>
        <section className="on-theirs stack threshold-other">
          <h2>{say('problem.next')}</h2>
          <p className="lead">{say('alarm.settled_next')}</p>
          {channel.forks.map(({ party, gen, goesOn }) =>
            goesOn?.acknowledged === undefined ? null : (
              <p key={`${party} ${gen}`} className="muted">
                {say(goesOn.acknowledged.by === '' ? 'people.acknowledged_operator' : 'people.acknowledged', { name: goesOn.acknowledged.by })}{' '}
                <Instant at={goesOn.acknowledged.at} style="short" />
              </p>
            ),
          )}
          <ForkActions channel={channel.id} save="button" onSaveProof={onSaveProof} />
        </section>
      </div>
      {lineage?.forks.map((fork) => (
        <Histories key={fork.gen} fork={fork} />
      ))}
    </>
  );
}

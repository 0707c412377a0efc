import { Link } from '@tanstack/react-router';
import type { Phrase } from '../../base/phrases.ts';
import type { ChannelView, LineageView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { ForkHeads, GoesOn } from './fork-heads.tsx';
import { UncountedList } from './generation-band.tsx';

/**
 * The fork alarm: a whole page in inverse ink whose seam parts in two. Wording: two histories exist.
 * `onSaveProof` hands over the file that proves it to anyone, where there is one.
 */
export function ForkAlarm({
  channel,
  alarm,
  lineage,
  onSaveProof,
}: {
  readonly channel: ChannelView;
  readonly alarm: Phrase;
  /** Both histories of each log that has two, once they are here. */
  readonly lineage: LineageView | undefined;
  readonly onSaveProof?: () => void;
}) {
  const say = useSay();
  // Below what is said, where both histories follow.
  const parts = channel.forks.length === 0 ? 140 : 255;
  const isOurs = channel.forks.some((fork) => fork.party === channel.us && fork.goesOn === undefined);
  const isLate = channel.forks.every(({ goesOn }) => goesOn !== undefined) && channel.forks.some(({ goesOn }) => goesOn?.late);
  // Of those that wait for nothing but us, once no other is left.
  const waits = channel.forks.some(({ goesOn }) => goesOn === undefined) ? undefined : channel.forks.find(({ goesOn }) => goesOn?.pending);
  return (
    <div className="inverse fork-page" role="alert">
      <div className={channel.forks.length === 0 ? 'fork-head whole' : 'fork-head'}>
        <svg className="fork-mark" viewBox="0 0 200 300" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <path d={`M100 0V${parts}`} />
          <path d={`M100 ${parts} 20 300`} />
          <path d={`M100 ${parts} 180 300`} />
        </svg>
        <div className="sides threshold">
          <section className="on-ours stack">
            <p className="caps">
              <bdi>{channel.title}</bdi>
            </p>
            <h1>{say('alarm.title')}</h1>
            <p className="lead">{say(alarm)}</p>
            {channel.forks.map((fork) => (
              <ForkHeads key={`${fork.party} ${fork.gen}`} fork={fork} />
            ))}
          </section>
          <section className="on-theirs stack">
            <h2>{say('problem.safe')}</h2>
            <p className="lead">{say(isOurs ? 'alarm.own_safe' : 'alarm.safe')}</p>
            <h2>{say('problem.next')}</h2>
            {waits === undefined ? (
              <p className="lead">{say(isOurs ? 'alarm.own_next' : isLate ? 'alarm.next_late' : 'alarm.next')}</p>
            ) : (
              <p className="lead">
                <GoesOn fork={waits} channel={channel} /> {say('alarm.next_acknowledge')}{' '}
                <Link to="/c/$channel/people" params={{ channel: channel.id }}>
                  {say('nav.people')}
                </Link>
              </p>
            )}
            <ForkActions channel={channel.id} save="button primary" onSaveProof={onSaveProof} />
          </section>
        </div>
      </div>
      {lineage?.forks.map((fork) => (
        <Histories key={fork.gen} fork={fork} />
      ))}
    </div>
  );
}

type ForkActionsProps = {
  readonly channel: string;
  /** How the button that saves looks: the first thing to do, or one among others. */
  readonly save: 'button primary' | 'button';
  readonly onSaveProof?: (() => void) | undefined;
};

/** Saving what proves it, where there is something, and the way back. */
export function ForkActions({ channel, save, onSaveProof }: ForkActionsProps) {
  const say = useSay();
  return (
    <div className="actions">
      {onSaveProof === undefined ? null : (
        <button type="button" className={save} onClick={onSaveProof}>
          {say('alarm.save')}
        </button>
      )}
      <Link className="button" to="/c/$channel" params={{ channel }}>
        {say('alarm.to_table')}
      </Link>
    </div>
  );
}

/** Both histories side by side, from where they part. */
export function Histories({ fork }: { readonly fork: LineageView['forks'][number] }) {
  const say = useSay();
  return (
    <div className="sides fork-histories">
      {fork.branches.map((branch, i) => (
        <section key={i === 0 ? 'held' : 'other'} className={`stack ${i === 0 ? 'on-ours' : 'on-theirs'}`}>
          <h2>{say(i === 0 ? 'alarm.held' : 'alarm.other')}</h2>
          {branch.entries.length > 0 ? (
            <UncountedList entries={branch.entries} />
          ) : (
            <p>{say(branch.size === 0 ? 'alarm.parts_nothing' : 'alarm.parts_none')}</p>
          )}
        </section>
      ))}
    </div>
  );
}

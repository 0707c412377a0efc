import { Link } from '@tanstack/react-router';
import type { ChannelView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';

/** Why this node signs nothing in a channel, what is safe, and what to do: it is being restored, or its history is closed. */
export function GateNotice({ channel, ended }: { readonly channel: ChannelView; readonly ended: boolean }) {
  const say = useSay();
  return (
    <div className="sides threshold" role="alert">
      <section className="on-ours stack">
        <p className="caps">
          <bdi>{channel.title}</bdi>
        </p>
        <h1>{say(ended ? 'gate.ended.title' : 'gate.recovering.title')}</h1>
        <p className="lead">{say(ended ? 'gate.ended.what' : 'gate.recovering.what')}</p>
      </section>
      <section className="on-theirs stack">
        <h2>{say('problem.safe')}</h2>
        <p>{say('gate.safe')}</p>
        <h2>{say('problem.next')}</h2>
        <p>{say(ended ? 'gate.ended.next' : 'gate.recovering.next')}</p>
        <div className="actions">
          <Link className="button" to="/c/$channel" params={{ channel: channel.id }}>
            {say('alarm.to_table')}
          </Link>
        </div>
      </section>
    </div>
  );
}

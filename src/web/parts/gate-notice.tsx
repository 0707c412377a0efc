import type { Phrase } from '../../base/phrases.ts';
import type { ChannelView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { ForkActions } from './fork-alarm.tsx';

/** Why this node signs nothing in a channel, what is safe, and what to do: it is being restored, its history is closed, or it refused to start. */
export function GateNotice({ channel, alarm }: { readonly channel: ChannelView; readonly alarm: Phrase }) {
  const say = useSay();
  const words = WORDS[alarm.id] ?? { title: alarm.id, safe: `${alarm.id}.safe`, next: `${alarm.id}.next` };
  return (
    <div className="sides threshold" role="alert">
      <section className="on-ours stack">
        <p className="caps">
          <bdi>{channel.title}</bdi>
        </p>
        <h1>{say(words.title)}</h1>
        {words.what === undefined ? null : <p className="lead">{say(words.what)}</p>}
      </section>
      <section className="on-theirs stack">
        <h2>{say('problem.safe')}</h2>
        <p>{say(words.safe)}</p>
        <h2>{say('problem.next')}</h2>
        <p>{say(words.next)}</p>
        <ForkActions channel={channel.id} save="button" />
      </section>
    </div>
  );
}

const WORDS: Readonly<Record<string, { readonly title: string; readonly what?: string; readonly safe: string; readonly next: string }>> = {
  'alarm.recovering': { title: 'gate.recovering.title', what: 'gate.recovering.what', safe: 'gate.safe', next: 'gate.recovering.next' },
  'alarm.ended': { title: 'gate.ended.title', what: 'gate.ended.what', safe: 'gate.safe', next: 'gate.ended.next' },
};

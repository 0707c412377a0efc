import { hasLateObjection, type SilenceJoint, silenceStage } from '../../../projection/joint/silence.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { zonesOf } from '../../instants.ts';
import { useSay } from '../../say.tsx';
import { Left, useNow } from '../when.tsx';
import { ExactInstant } from './exact.tsx';

type Props = { readonly silence: SilenceJoint; readonly proposer: number; readonly channel: ChannelView };

/** Where a silence stands, on its own page: until when, by whose clock, what breaks it, and what it comes to. */
export function SilenceNow({ silence, proposer, channel }: Props) {
  const say = useSay();
  const now = useNow();
  const { expiresAt, sides } = silence;
  const stage = silenceStage(silence, now);
  const names = sides.filter(({ state }) => state === 'unasked').map(({ party }) => channel.parties[party]?.name ?? '');
  const late = hasLateObjection(silence) ? 'came' : 'none';
  const who = { late, who: proposer === channel.us ? 'ours' : 'theirs', name: channel.parties[proposer]?.name ?? '' };
  return (
    <section className="stack-small">
      <p className="due">
        <strong>{say(stage === 'open' ? 'due.silence' : 'joint.silence', { state: stage })}</strong>
        {expiresAt === undefined ? null : (
          <span>
            {stage === 'open' ? null : `${say(expiresAt > now ? 'silence.would_end' : 'silence.ended')} `}
            <ExactInstant at={expiresAt} zones={zonesOf(channel)} />
          </span>
        )}
        {stage !== 'open' || expiresAt === undefined ? null : <Left until={expiresAt} now={now} />}
      </p>
      <p className="muted">
        {stage === 'over' && names.length > 0 ? say('silence.text.unasked', { names: names.join(', ') }) : say(`silence.text.${stage}`, who)}
      </p>
    </section>
  );
}

import { Link } from '@tanstack/react-router';
import { type SilenceJoint, sideWord } from '../../../projection/joint/silence.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { zonesOf } from '../../instants.ts';
import { useSay } from '../../say.tsx';
import { Deadline, Instant, useNow } from '../when.tsx';
import { BothSides } from './both-sides.tsx';

/** A silence on both sides of the seam: until when, of whoever proposed it; of each side that was asked, what it said, and whether hosts have seen it. */
export function SilenceSides({
  silence,
  proposer,
  channel,
}: {
  readonly silence: SilenceJoint;
  readonly proposer: number;
  readonly channel: ChannelView;
}) {
  return (
    <BothSides
      channel={channel}
      of={(party) =>
        party === proposer ? <Proposed silence={silence} channel={channel} /> : <Asked silence={silence} channel={channel} party={party} />
      }
    />
  );
}

function Proposed({ silence, channel }: { readonly silence: SilenceJoint; readonly channel: ChannelView }) {
  const say = useSay();
  return silence.expiresAt === undefined ? null : (
    <div className="stance">
      <p className="stance-value">{say('joint.expires')}</p>
      <p>
        <Deadline at={silence.expiresAt} zones={zonesOf(channel)} />
      </p>
    </div>
  );
}

function Asked({ silence, channel, party }: { readonly silence: SilenceJoint; readonly channel: ChannelView; readonly party: number }) {
  const say = useSay();
  const now = useNow();
  const side = silence.sides.find((one) => one.party === party);
  if (side === undefined) return null;
  return (
    <div className="stance">
      <p className="stance-value">{say('joint.silence_side', { name: channel.parties[party]?.name ?? '', state: sideWord(side, silence, now) })}</p>
      {side.objections.map(({ entry, what, safe, time }) => (
        <p key={entry}>
          <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: entry }}>
            {say('joint.objection', { what, state: safe ? 'safe' : 'not_safe' })}
          </Link>{' '}
          <Instant at={time} style="short" />
        </p>
      ))}
    </div>
  );
}

import { Link } from '@tanstack/react-router';
import type { JointLine } from '../../../projection/joint/line.ts';
import { objectionLine } from '../../../projection/joint/lines-cases.ts';
import { type SilenceJoint, sideWord } from '../../../projection/joint/silence.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { zonesOf } from '../../instants.ts';
import { useSay } from '../../say.tsx';
import { useNow } from '../when.tsx';
import { BothSides } from './both-sides.tsx';
import { ExactInstant } from './exact.tsx';

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
        <ExactInstant at={silence.expiresAt} zones={zonesOf(channel)} />
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
      {side.objections.map((one) => (
        <Against key={one.entry} line={objectionLine(one)} entry={one.entry} channel={channel.id} />
      ))}
      {(side.late ?? []).map((one) => (
        <Against key={one.entry} line={objectionLine(one, true)} entry={one.entry} channel={channel.id} />
      ))}
    </div>
  );
}

function Against({ line: { phrase, at = 0 }, entry, channel }: { readonly line: JointLine; readonly entry: string; readonly channel: string }) {
  const say = useSay();
  return (
    <p>
      <Link to="/c/$channel/documents/$id" params={{ channel, id: entry }}>
        {say(phrase)}
      </Link>{' '}
      <ExactInstant at={at} />
    </p>
  );
}

import { Link } from '@tanstack/react-router';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { Instant } from '../when.tsx';
import { BothSides } from './both-sides.tsx';

type Case = Extract<JointView, { kind: 'vulnerability_report' }>;

/** Where each side stands with a vulnerability report, and what it says of its products. */
export function CaseSides({ report, channel }: { readonly report: Case; readonly channel: ChannelView }) {
  return <BothSides channel={channel} of={(party) => <OneSide report={report} channel={channel} party={party} />} />;
}

function OneSide({ report, channel, party }: { readonly report: Case; readonly channel: ChannelView; readonly party: number }) {
  const say = useSay();
  const name = channel.parties[party]?.name ?? '';
  const at = report.participants.find((one) => one.party === party);
  return (
    <div className="stance">
      <p className="stance-value">
        {say('joint.case', { name, state: at?.state ?? '' })} {at?.said === undefined ? null : <Instant at={at.said.time} style="short" />}
      </p>
      {report.vendors
        .filter((one) => one.party === party)
        .map(({ entry, status, time }) => (
          <p key={entry}>
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: entry }}>
              {say('joint.vendor', { name, status: status.replaceAll('-', '_') })}
            </Link>{' '}
            <Instant at={time} style="short" />
          </p>
        ))}
    </div>
  );
}

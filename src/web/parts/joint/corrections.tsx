import { Link } from '@tanstack/react-router';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { visible } from '../../visible.ts';
import { Instant } from '../when.tsx';
import { BothSides } from './both-sides.tsx';

type Record_ = Extract<JointView, { kind: 'record' }>;
type Correction = Record_['versions'][number]['corrections'][number];

/** What each side asks to have corrected in a record, in its own words and on its own side; none is put away once it is answered. */
export function Corrections({ record, channel }: { readonly record: Record_; readonly channel: ChannelView }) {
  const asked = record.versions.flatMap(({ corrections }) => corrections);
  if (asked.length === 0) return null;
  return (
    <BothSides
      channel={channel}
      of={(party) =>
        asked.filter((one) => one.party === party).map((one) => <Asked key={one.entry} correction={one} record={record} channel={channel} />)
      }
    />
  );
}

function Asked({ correction, record, channel }: { readonly correction: Correction; readonly record: Record_; readonly channel: ChannelView }) {
  const say = useSay();
  const { entry, party, time, answered, withdrawn } = correction;
  const words = record.asked[entry];
  return (
    <div className="stance">
      <p className="stance-value">
        <Link className="stance-link" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: entry }}>
          {say('joint.correction', { name: channel.parties[party]?.name ?? '', state: answered ? 'answered' : 'asked' })}
        </Link>{' '}
        <Instant at={time} style="short" />
      </p>
      {withdrawn === true ? <p className="muted">{say('joint.taken_back')}</p> : null}
      {words === undefined ? null : words === 'gone' ? (
        <p className="muted">{say('joint.gone')}</p>
      ) : (
        <>
          {words.item === '' ? null : (
            <p className="muted" dir="auto">
              {visible(words.item)}
            </p>
          )}
          <p className="party-text" dir="auto">
            {visible(words.text)}
          </p>
        </>
      )}
    </div>
  );
}

import type { Account, SessionJoint } from '../../../projection/joint/session.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { othersOf } from '../../others.ts';
import { useSay } from '../../say.tsx';
import { Instant } from '../when.tsx';

/** Height of a whole session, and the least that holds a line of text, in pixels. */
const WHOLE_PX = 240;
const LEAST_PX = 32;

/** Each side's own account of a session: sittings and breaks as bands to scale, along the seam. */
export function Sittings({ session, channel }: { readonly session: SessionJoint; readonly channel: ChannelView }) {
  const of = (party: number): Account | undefined => session.accounts.find((account) => account.party === party);
  if (session.accounts.length === 0) return null;
  return (
    <div className="sides sittings">
      <div className="on-ours">
        <Bands account={of(channel.us)} name={channel.parties[channel.us]?.name ?? ''} />
      </div>
      <div className="on-theirs">
        {othersOf(channel).map(({ party, name }) => (
          <Bands key={party} account={of(party)} name={name} />
        ))}
      </div>
    </div>
  );
}

function Bands({ account, name }: { readonly account: Account | undefined; readonly name: string }) {
  const say = useSay();
  if (account === undefined) {
    return (
      <p className="muted">
        <bdi>{name}</bdi>: {say('joint.no_account')}
      </p>
    );
  }
  return (
    <>
      <p className="entry-head">
        <bdi>{name}</bdi>
      </p>
      <ol className="sitting-bands">
        {account.segments.map(({ what, from, to, entry }) => {
          const share = to === undefined || account.wholeSeconds === 0 ? 0 : (to - from) / account.wholeSeconds;
          return (
            <li key={entry} className={`sitting-band ${what}`} style={{ minBlockSize: Math.max(LEAST_PX, Math.round(share * WHOLE_PX)) }}>
              <span>
                {to === undefined ? say(`joint.segment_open.${what}`) : say(`joint.segment.${what}`, { count: Math.round((to - from) / 60) })}
              </span>
              <span className="muted small">
                <Instant at={from} style="time" />
                {to === undefined ? null : (
                  <>
                    {' – '}
                    <Instant at={to} style="time" />
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

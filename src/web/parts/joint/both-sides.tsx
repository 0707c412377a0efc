import type { ReactNode } from 'react';
import type { ChannelView } from '../../../projection/views.ts';
import { othersOf } from '../../others.ts';

/** What each party did, on its own side of the seam; `of` draws one party's, or nothing. */
export function BothSides({ channel, of }: { readonly channel: ChannelView; readonly of: (party: number) => ReactNode }) {
  return (
    <div className="sides">
      <div className="on-ours">{of(channel.us)}</div>
      <div className="on-theirs">
        {othersOf(channel).map(({ party }) => (
          <div key={party}>{of(party)}</div>
        ))}
      </div>
    </div>
  );
}

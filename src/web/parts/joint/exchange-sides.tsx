import { Link } from '@tanstack/react-router';
import { revealedAt, revealedWord } from '../../../projection/joint/exchange.ts';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { visible } from '../../visible.ts';
import { Instant } from '../when.tsx';
import { BothSides } from './both-sides.tsx';

type Exchange = Extract<JointView, { kind: 'simultaneous_exchange' }>;

/** What each side gave, opposite each other: committed when, and its words once they count, with whether they are what it had committed to. */
export function ExchangeSides({ exchange, channel }: { readonly exchange: Exchange; readonly channel: ChannelView }) {
  return <BothSides channel={channel} of={(party) => <OneSide exchange={exchange} channel={channel} party={party} />} />;
}

function OneSide({ exchange, channel, party }: { readonly exchange: Exchange; readonly channel: ChannelView; readonly party: number }) {
  const say = useSay();
  const side = exchange.sides.find((one) => one.party === party);
  const revealed = exchange.revealed.find((one) => one.party === party);
  const committed = side?.commitment;
  const at = side === undefined ? undefined : revealedAt(side, revealed);
  const sentence = say('joint.exchange_side', {
    name: channel.parties[party]?.name ?? '',
    result: revealedWord(side, revealed),
  });
  return (
    <div className="stance">
      <p className="stance-value">
        {revealed?.entry === undefined ? (
          sentence
        ) : (
          <Link className="stance-link" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: revealed.entry }}>
            {sentence}
          </Link>
        )}{' '}
        {at === undefined ? null : <Instant at={at} style="short" />}
      </p>
      {committed === undefined ? null : (
        <p>
          <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: committed.entry }}>
            {say('summary.commitment')}
          </Link>{' '}
          <Instant at={committed.time} style="short" />
        </p>
      )}
      {revealed?.text === undefined ? null : (
        <p className="party-text" dir="auto">
          {visible(revealed.text)}
        </p>
      )}
    </div>
  );
}

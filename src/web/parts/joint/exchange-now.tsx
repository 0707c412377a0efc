import { exchangeLines } from '../../../projection/joint/lines-cases.ts';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { Instant, useNow } from '../when.tsx';

/** Sentences that stand on each side, below. */
const OF_A_SIDE = ['joint.exchange_side', 'joint.exchange_committed'];

type Props = { readonly exchange: Extract<JointView, { kind: 'simultaneous_exchange' }>; readonly channel: ChannelView };

/** Beside an exchange, before anything else: how far it is, its moment, and who has yet to reveal. */
export function ExchangeNow({ exchange, channel }: Props) {
  const say = useSay();
  const now = useNow();
  const names = channel.parties.map(({ name }) => name);
  const [state, ...rest] = exchangeLines(exchange, { names, now }).filter(({ phrase }) => !OF_A_SIDE.includes(phrase.id));
  if (state === undefined) return null;
  return (
    <section className="stack-small">
      <p className="due">
        <strong>
          {say(state.phrase)} {state.at === undefined ? null : <Instant at={state.at} />}
        </strong>
      </p>
      {rest.map(({ phrase }) => (
        <p key={JSON.stringify(phrase)}>{say(phrase)}</p>
      ))}
    </section>
  );
}

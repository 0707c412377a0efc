import type { ChannelView, ForkView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { Instant } from './when.tsx';

/** Both heads that were signed, which of them stands, and how much of the log stands whatever is forked. */
export function ForkHeads({ fork }: { readonly fork: ForkView }) {
  const say = useSay();
  return (
    <dl className="fork-branches">
      {fork.heads.map((head, i) => (
        <div key={head.root}>
          <dt>{say('alarm.branch', { number: i + 1, size: head.size })}</dt>
          <dd>
            <strong>{say(`alarm.head.${head.stands}`, { size: fork.standing })}</strong>
            <bdi className="mono fork-root" dir="ltr">
              {head.root}
            </bdi>
          </dd>
        </div>
      ))}
      <div>
        <dt>{say('alarm.stands')}</dt>
        <dd>{say('alarm.stands_size', { size: fork.standing })}</dd>
      </div>
    </dl>
  );
}

/** That the owner of the log goes on in a new one, and since when. */
export function GoesOn({ fork, channel }: { readonly fork: ForkView; readonly channel: ChannelView }) {
  const say = useSay();
  const { since } = fork.goesOn ?? {};
  return (
    <>
      {say(fork.party === channel.us ? 'alarm.goes_on_own' : 'alarm.goes_on', { name: channel.parties[fork.party]?.name ?? '' })}
      {since === undefined ? null : (
        <>
          {' '}
          {say('alarm.goes_on_since')} <Instant at={since} style="short" />.
        </>
      )}
    </>
  );
}

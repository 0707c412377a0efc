import { formatInstant } from '../../../base/instants.ts';
import { clocksBeside, ownZone, writeInstant, type Zones } from '../../instants.ts';
import { useVoice } from '../../say.tsx';

/** An instant whose seconds decide, in UTC; given zones, the clocks of both sides beside it. */
export function ExactInstant({ at, zones }: { readonly at: number; readonly zones?: Zones }) {
  const { say, language } = useVoice();
  const utc = `${writeInstant(at, 'date', language) ?? ''} ${formatInstant(at).slice(11, 19)}`;
  return (
    <time dateTime={formatInstant(at)} className={zones === undefined ? undefined : 'deadline'}>
      <span>{say('when.utc', { when: utc })}</span>
      {zones === undefined ? null : clocksBeside(at, zones, language, ownZone()).map(({ id, when }) => <span key={id}>{say(id, { when })}</span>)}
    </time>
  );
}

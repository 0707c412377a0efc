import type { PersonAct } from '../../projection/people-views.ts';
import { utcDay, writeInstant } from '../instants.ts';
import { useVoice } from '../say.tsx';

/**
 * A mission in the order of its party's log: a solid line while the person is at their post, a broken one while recalled, none once it has ended. When an
 * act was said stands first; from when it counts for people, where the party named another day, is said beside it, and may lie before what went before.
 */
export function MissionStrip({ acts }: { readonly acts: readonly PersonAct[] }) {
  const { say, language } = useVoice();
  return (
    <ol className="mission" aria-label={say('people.mission')}>
      {acts.map((act) => (
        <li key={act.entry} className={`mission-${act.act}`}>
          <span>{say(`people.act.${act.act}`)}</span>
          <span className="muted">{say('people.on_record', { day: writeInstant(act.time, 'date', language) ?? '' })}</span>
          {act.effectiveAt === undefined || utcDay(act.effectiveAt) === utcDay(act.time) ? null : (
            <span className="muted">{say('people.with_effect', { day: writeInstant(act.effectiveAt, 'date', language) ?? '' })}</span>
          )}
        </li>
      ))}
    </ol>
  );
}

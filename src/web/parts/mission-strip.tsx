import type { PersonAct } from '../../projection/people-views.ts';
import { writeInstant } from '../instants.ts';
import { useVoice } from '../say.tsx';

/** A mission from its beginning: a solid line while the person is at their post, a broken one while recalled, none once it has ended. */
export function MissionStrip({ acts }: { readonly acts: readonly PersonAct[] }) {
  const { say, language } = useVoice();
  return (
    <ol className="mission" aria-label={say('people.mission')}>
      {acts.map((act) => (
        <li key={act.entry} className={`mission-${act.act}`}>
          <span>{say(`people.act.${act.act}`)}</span>
          <span className="muted">{writeInstant(act.effectiveAt ?? act.time, 'date', language)}</span>
        </li>
      ))}
    </ol>
  );
}

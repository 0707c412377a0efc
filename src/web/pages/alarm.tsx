import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ChannelView } from '../../projection/views.ts';
import { saveForkProof } from '../acts/save-fork-proof.ts';
import { usePageTitle } from '../page-title.ts';
import { ForkAlarm } from '../parts/fork-alarm.tsx';
import { ForkSettled } from '../parts/fork-settled.tsx';
import { GateNotice } from '../parts/gate-notice.tsx';
import { Answered } from '../parts/states.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { isGateAlarm } from '../trust.ts';

/** A channel's alarm page; says so when there is none. */
export function Alarm() {
  const say = useSay();
  const { channel } = useParams({ from: '/c/$channel/alarm' });
  const query = useQuery(queries.channel(channel));
  const lineage = useQuery(queries.lineage(channel));
  usePageTitle(query.data === undefined ? undefined : say(query.data.alarm ?? 'alarm.none'));
  return (
    <Answered query={query}>
      {(data) =>
        data.alarm === undefined && data.forks.length > 0 ? (
          <ForkSettled channel={data} lineage={lineage.data} onSaveProof={() => saveProof(data)} />
        ) : data.alarm === undefined ? (
          <div className="sides threshold">
            <section className="on-ours stack">
              <h1>{say('alarm.none')}</h1>
              <p>
                <Link to="/c/$channel" params={{ channel }}>
                  {say('nav.table')}
                </Link>
              </p>
            </section>
          </div>
        ) : isGateAlarm(data.alarm) ? (
          <GateNotice channel={data} alarm={data.alarm} />
        ) : (
          <ForkAlarm
            channel={data}
            alarm={data.alarm}
            lineage={lineage.data}
            {...(data.forks.length === 0 ? {} : { onSaveProof: () => saveProof(data) })}
          />
        )
      }
    </Answered>
  );
}

function saveProof({ id, title }: ChannelView): void {
  void saveForkProof(id, `${title}.fork-proof`);
}

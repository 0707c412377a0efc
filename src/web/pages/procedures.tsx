import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { writeSpan } from '../../base/instants.ts';
import { explainPack } from '../../procedure/explain.ts';
import type { Pack } from '../../procedure/pack.ts';
import { type DutyLine, longSince, type ReportView, type Timeliness } from '../../projection/report.ts';
import type { ChannelView } from '../../projection/views.ts';
import { othersOf } from '../others.ts';
import { usePageTitle } from '../page-title.ts';
import { ChannelProfile } from '../parts/channel-profile.tsx';
import { Reference, SeamBand } from '../parts/entry-row.tsx';
import { Answered } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay, useVoice } from '../say.tsx';

/** What each procedure of the channel asks, what is owed, and how timely each side was; both sides read the same. */
export function Procedures() {
  const { channel } = useParams({ from: '/c/$channel/procedures' });
  const view = useQuery(queries.channel(channel));
  const packs = useQuery(queries.packs(channel));
  const report = useQuery(queries.report(channel));
  return (
    <Answered query={report}>
      {(data) => (view.data === undefined || packs.data === undefined ? null : <Page channel={view.data} packs={packs.data} report={data} />)}
    </Answered>
  );
}

function Page({ channel, packs, report }: { readonly channel: ChannelView; readonly packs: readonly Pack[]; readonly report: ReportView }) {
  const say = useSay();
  usePageTitle(say('report.title'));
  return (
    <>
      <div className="sides page-head">
        <div className="on-ours">
          <h1>{say('report.title')}</h1>
        </div>
        <p className="on-theirs muted lead">
          {report.as_of === null ? (
            say('report.no_time')
          ) : (
            <>
              {say('report.lead')} <Instant at={report.as_of} style="short" />
            </>
          )}
        </p>
      </div>
      <section className="thread duties-owed" aria-label={say('report.owed', { count: report.duties.length })}>
        <SeamBand>{say('report.owed', { count: report.duties.length })}</SeamBand>
        {report.duties.map((duty) => (
          <div key={`${duty.pack} ${duty.clock} ${duty.document} ${duty.debtor} ${duty.creditor} ${duty.period ?? ''}`} className="sides">
            <div className={duty.debtor === channel.us ? 'on-ours' : 'on-theirs'}>
              <Owed channel={channel} duty={duty} parties={report.parties} />
            </div>
          </div>
        ))}
      </section>
      {packs.map((pack) => (
        <PackSection key={pack.name} channel={channel} pack={pack} rows={report.timeliness.filter((row) => row.pack === pack.name)} />
      ))}
      <ChannelProfile channel={channel} />
    </>
  );
}

/** One open duty, on the side of whoever owes it. */
function Owed({ channel, duty, parties }: { readonly channel: ChannelView; readonly duty: DutyLine; readonly parties: readonly string[] }) {
  const say = useSay();
  // What the list that both sides share leaves out, since it is in words: what is asked.
  const { data: today } = useQuery(queries.today());
  const items = today === undefined ? [] : [...today.awaitingUs, ...today.awaitingThem, ...today.watch];
  const asked = items.find((item) => item.channel === channel.id && item.due.entry === duty.document);
  const values = { debtor: parties[duty.debtor] ?? '', creditor: parties[duty.creditor] ?? '', title: duty.title };
  return (
    <div className="duty-item sheet">
      <p className="entry-head">
        <strong>{say('report.duty', values)}</strong>
        <Reference text={asked?.ref ?? ''} />
      </p>
      <p className="entry-title">
        <Link className="row-link" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: duty.document }}>
          <bdi>{say(asked?.due.summary ?? `kind.${duty.kind}`)}</bdi>
        </Link>
      </p>
      <p className="muted">
        {duty.until === null ? (
          say('report.no_date')
        ) : (
          <>
            {say(duty.status === 'late_so_far' ? 'due.was_due' : 'due.due')} <Instant at={duty.until} style="short" />
          </>
        )}
      </p>
      {duty.receipt_owed_since === null ? null : (
        <p className="muted">
          {say('report.receipt_owed')} <Instant at={duty.receipt_owed_since} style="short" />
        </p>
      )}
    </div>
  );
}

/** One procedure: what it asks in a sentence a clock, beside each how each side did; what it rests on is there to be opened. */
function PackSection({ channel, pack, rows }: { readonly channel: ChannelView; readonly pack: Pack; readonly rows: readonly Timeliness[] }) {
  const { say, plain } = useVoice();
  // The form of a pack allows no text that could reorder a sentence.
  const { about, clocks } = explainPack(pack, plain);
  return (
    <section className="thread procedure" aria-label={pack.title}>
      <SeamBand>{pack.title}</SeamBand>
      {clocks.map(({ id, sentences }) => (
        <div key={id} className="sides clock">
          <p className="on-ours clock-asks">{sentences[0]}</p>
          <div className="on-ours">
            <How row={rows.find((row) => row.clock === id && row.party === channel.us)} name={channel.parties[channel.us]?.name ?? ''} />
          </div>
          <div className="on-theirs">
            {othersOf(channel).map(({ party, name }) => (
              <How key={party} row={rows.find((row) => row.clock === id && row.party === party)} name={name} />
            ))}
          </div>
        </div>
      ))}
      <div className="sides">
        <div className="on-ours stack-small muted">
          {about.slice(0, 1).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <details className="disclosure">
            <summary>{say('report.sources')}</summary>
            <div className="stack-small">
              {about.length < 2 ? null : <p className="lines">{about.slice(1).join('\n')}</p>}
              {clocks.map(({ id, sentences }) => (
                <p key={id}>
                  <strong>{pack.clocks.find((clock) => clock.id === id)?.title}</strong>. {sentences.slice(1).join(' ')}
                </p>
              ))}
            </div>
          </details>
        </div>
      </div>
    </section>
  );
}

/** How timely one party was in one clock. */
function How({ row, name }: { readonly row: Timeliness | undefined; readonly name: string }) {
  const say = useSay();
  const since = row === undefined ? undefined : longSince(row);
  const span = (seconds: number | null): string => writeSpan(seconds ?? 0);
  return (
    <p>
      <strong>
        <bdi>{name}</bdi>
      </strong>{' '}
      {row === undefined
        ? say('report.none')
        : say('report.counts', {
            asked: row.asked,
            inTime: row.in_time,
            late: row.late,
            open: row.open,
            openLate: row.open_late,
            withdrawn: row.withdrawn,
          })}
      {row === undefined || row.median_seconds === null ? null : (
        <span className="muted">
          {' '}
          {say('report.took', { median: span(row.median_seconds), longest: span(row.longest_seconds) })}
          {since === undefined ? null : (
            <>
              {say('report.took_since')} <Instant at={since} style="full" />
            </>
          )}
        </span>
      )}
    </p>
  );
}

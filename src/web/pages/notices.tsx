import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { NOTICE_EVENTS, type NoticesView, type SubscriptionView } from '../../projection/notice-views.ts';
import { api } from '../api.ts';
import { usePageTitle } from '../page-title.ts';
import { CopyLine } from '../parts/key-facts.tsx';
import { NoticeForm } from '../parts/notice-form.tsx';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { Answered } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';

/** One's own notices: by mail, and as a calendar. They leave from this node alone, and say nothing of any document. */
export function Notices() {
  const query = useQuery(queries.notices());
  return <Answered query={query}>{(view) => <Page view={view} />}</Answered>;
}

function Page({ view }: { readonly view: NoticesView }) {
  const say = useSay();
  usePageTitle(say('notices.title'));
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(undefined);
  const [tested, setTested] = useState<string | undefined>(undefined);
  const run = async (act: () => Promise<unknown>): Promise<boolean> => {
    setError(undefined);
    setTested(undefined);
    try {
      await act();
      await client.invalidateQueries({ queryKey: queries.notices().queryKey });
      return true;
    } catch (cause) {
      setError(cause);
      return false;
    }
  };
  const test = (id: string) =>
    run(async () => {
      await api.testNotice(id);
      setTested(id);
    });
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <h1>{say('notices.title')}</h1>
        <p className="lead">{say('notices.lead')}</p>
        {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
        {view.fault === undefined ? null : <p className="notice">{say('notices.fault', { fault: view.fault })}</p>}
        {view.mail.on ? <NoticeForm onWanted={(wanted) => run(() => api.subscribe(wanted))} /> : null}
        {view.mail.on || view.fault !== undefined ? null : <p>{say('notices.mail_off')}</p>}
      </section>
      <section className="on-theirs stack">
        <h2>{say('notices.yours')}</h2>
        {view.subscriptions.length === 0 ? <p className="muted">{say('notices.none')}</p> : null}
        <ul className="told">
          {view.subscriptions.map((one) => (
            <Told
              key={one.id}
              one={one}
              isTested={tested === one.id}
              onTest={() => void test(one.id)}
              onOff={() => void run(() => api.noticesOff(one.id))}
            />
          ))}
        </ul>
        <Calendar view={view} run={run} />
      </section>
    </div>
  );
}

type ToldProps = { readonly one: SubscriptionView; readonly isTested: boolean; readonly onTest: () => void; readonly onOff: () => void };

function Told({ one, isTested, onTest, onOff }: ToldProps) {
  const say = useSay();
  const { data: channels = [] } = useQuery(queries.channels());
  const address = 'mail' in one.target ? one.target.mail : one.target.webhook;
  const titles = one.channels.map((id) => channels.find((channel) => channel.id === id)?.title ?? id.slice(0, 8));
  const isAll = one.events.length === NOTICE_EVENTS.length;
  return (
    <li>
      <p className="address">
        <bdi>{address}</bdi>
      </p>
      <p>{isAll ? say('notices.everything') : one.events.map((event) => say(`notices.event.${event}`)).join(' · ')}</p>
      <p className="muted">
        {titles.length === 0 ? say('notices.in_all') : say('notices.in_some', { channels: titles.join(', ') })}
        {' · '}
        {one.digestHour === undefined ? say('notices.as_it_happens') : say('notices.daily', { hour: String(one.digestHour).padStart(2, '0') })}
      </p>
      {one.waiting === 0 ? null : <p>{say('notices.waiting', { count: one.waiting })}</p>}
      {one.failed === 0 ? null : <p>{say('notices.failed', { count: one.failed })}</p>}
      {one.trouble === undefined ? null : <p className="muted">{say('notices.trouble', { why: one.trouble })}</p>}
      <div className="actions">
        <button type="button" className="button" aria-label={say('notices.act_for', { act: say('notices.test'), address })} onClick={onTest}>
          {say('notices.test')}
        </button>
        <button type="button" className="button" aria-label={say('notices.act_for', { act: say('notices.off'), address })} onClick={onOff}>
          {say('notices.off')}
        </button>
      </div>
      <div role="status">{isTested ? <p>{say('notices.tested', { what: 'mail' in one.target ? 'mail' : 'webhook' })}</p> : null}</div>
    </li>
  );
}

function Calendar({ view, run }: { readonly view: NoticesView; readonly run: (act: () => Promise<unknown>) => Promise<boolean> }) {
  const say = useSay();
  const [url, setUrl] = useState<string | undefined>(undefined);
  const { feed } = view;
  const make = () => run(async () => setUrl((await api.makeCalendar()).url));
  const end = () =>
    run(async () => {
      await api.calendarOff();
      setUrl(undefined);
    });
  return (
    <>
      <h2>{say('notices.calendar')}</h2>
      <p>{say('notices.calendar.lead')}</p>
      {feed === undefined ? null : (
        <p className="muted">
          {say('notices.calendar.made')} <Instant at={feed.createdAt} />
          {feed.usedAt === undefined ? null : (
            <>
              {' · '}
              {say('notices.calendar.used')} <Instant at={feed.usedAt} />
            </>
          )}
        </p>
      )}
      <div role="status" className="stack">
        {url === undefined ? null : (
          <>
            <p>{say('notices.calendar.once')}</p>
            <CopyLine text={url} />
          </>
        )}
      </div>
      <div className="actions">
        <button type="button" className="button" onClick={() => void make()}>
          {say(feed === undefined ? 'notices.calendar.make' : 'notices.calendar.renew')}
        </button>
        {feed === undefined ? null : (
          <button type="button" className="button" onClick={() => void end()}>
            {say('notices.calendar.off')}
          </button>
        )}
      </div>
    </>
  );
}

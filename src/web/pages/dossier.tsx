import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { DossierView, MatterView } from '../../projection/dossier-views.ts';
import { STEP_BY_STEP } from '../../projection/joint/lines-own.ts';
import { lateIn } from '../../projection/joint/silence.ts';
import type { ChannelView } from '../../projection/views.ts';
import { utcDay, writeInstant } from '../instants.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { usePageTitle } from '../page-title.ts';
import { CorrectedMark } from '../parts/about-entries.tsx';
import { EntryRow, rowContext, SeamBand } from '../parts/entry-row.tsx';
import { JointStates } from '../parts/joint/joint-states.tsx';
import { PrintFrame } from '../parts/print-frame.tsx';
import { ClaimStances } from '../parts/stances.tsx';
import { Answered, Empty } from '../parts/states.tsx';
import { useNow } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay, useVoice } from '../say.tsx';
import { visible } from '../visible.ts';

/** A dossier: everything on one affair, as a timeline and as claims with each party's stance. */
export function Dossier() {
  const { channel, id } = useParams({ from: '/c/$channel/dossiers/$id' });
  const channelQuery = useQuery(queries.channel(channel));
  const { part = 1 } = useSearch({ from: '/c/$channel/dossiers/$id' });
  const query = useQuery(queries.dossier(channel, id, part));
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  return (
    <Answered query={query}>
      {(dossier) => (channelQuery.data === undefined ? null : <Page key={dossier.part} dossier={dossier} channel={channelQuery.data} />)}
    </Answered>
  );
}

function Page({ dossier, channel }: { readonly dossier: DossierView; readonly channel: ChannelView }) {
  const say = useSay();
  usePageTitle(visible(dossier.title));
  const claims = dossier.matters.filter((matter) => matter.kind === 'claim');
  const joint = dossier.matters.flatMap((matter) => matter.joint);
  // Where a request or an incident stands is told by its rows as well; what several sides act upon is not.
  const isMet = joint.some(({ kind }) => !(STEP_BY_STEP as readonly string[]).includes(kind));
  const markings = dossier.matters.flatMap((matter) => matter.rows.map((row) => row.marking));
  return (
    <>
      <PrintFrame marking={strictest(markings)} reference={dossier.title} id={dossier.id} root={channel.digest} />
      <div className="sides page-head">
        <div className="on-ours">
          <p className="muted">{say('dossier.kicker')}</p>
          <h1 className="party-heading" dir="auto">
            {visible(dossier.title)}
          </h1>
          <CorrectedMark corrected={dossier.corrected} channel={channel.id} />
        </div>
        <div className="on-theirs dossier-counts">
          {claims.length === 0 ? null : (
            <p className="lead">
              {say(dossier.parts === 1 ? 'dossier.counts' : 'dossier.counts_shown', {
                agreed: dossier.agreed,
                disputed: dossier.disputed,
                open: dossier.open,
              })}
            </p>
          )}
        </div>
      </div>
      <Elsewhere dossier={dossier} channel={channel} />
      <Tabs className="tabs" defaultSelectedKey={claims.length > 0 ? 'claims' : isMet ? 'joint' : 'timeline'}>
        <div className="sides">
          <TabList aria-label={say('dossier.views')} className="tab-list on-ours">
            <Tab id="timeline" className="tab">
              {say('dossier.timeline')}
            </Tab>
            <Tab id="claims" className="tab">
              {say('dossier.claims', { count: claims.length })}
            </Tab>
            {joint.length === 0 ? null : (
              <Tab id="joint" className="tab">
                {say('joint.title')}
              </Tab>
            )}
          </TabList>
        </div>
        <TabPanel id="timeline">
          <Timeline dossier={dossier} channel={channel} />
        </TabPanel>
        <TabPanel id="claims">
          <Claims claims={claims} channel={channel} />
        </TabPanel>
        {joint.length === 0 ? null : (
          <TabPanel id="joint">
            <JointStates joint={joint} rows={dossier.matters.flatMap(({ rows }) => rows)} channel={channel} />
          </TabPanel>
        )}
      </Tabs>
    </>
  );
}

/** What of the dossier is not on this page, by whoever opened it, and where it is. */
function Elsewhere({ dossier, channel }: { readonly dossier: DossierView; readonly channel: ChannelView }) {
  const say = useSay();
  const { part, parts, total, elsewhere, moreDocuments, matters } = dossier;
  if (parts === 1 && moreDocuments === 0) return null;
  const link = (to: number, label: string) => (
    <Link className="text-button" to="/c/$channel/dossiers/$id" params={{ channel: channel.id, id: dossier.id }} search={to > 1 ? { part: to } : {}}>
      {say(label)}
    </Link>
  );
  return (
    <div className="sides page-head">
      <div className="on-ours stack-small">
        {parts === 1 ? null : (
          <p>
            {say('dossier.part', { part, parts, shown: matters.length, total })}{' '}
            {elsewhere
              .map(({ party, count }) =>
                party === channel.us
                  ? say('dossier.elsewhere_ours', { count })
                  : say('dossier.elsewhere', { count, name: channel.parties[party]?.name ?? '' }),
              )
              .join(' ')}
          </p>
        )}
        {moreDocuments === 0 ? null : <p>{say('dossier.more_documents', { count: moreDocuments })}</p>}
        <p className="actions">
          {part > 1 ? link(part - 1, 'dossier.previous_part') : null}
          {part < parts ? link(part + 1, 'dossier.next_part') : null}
          <Link className="text-button" to="/c/$channel" params={{ channel: channel.id }}>
            {say('dossier.in_table')}
          </Link>
        </p>
      </div>
    </div>
  );
}

function Timeline({ dossier, channel }: { readonly dossier: DossierView; readonly channel: ChannelView }) {
  const { language } = useVoice();
  const context = { ...rowContext(channel, useNow()), late: lateIn(dossier.matters.flatMap(({ joint }) => joint)) };
  const rows = useMemo(() => {
    const byId = new Map(dossier.matters.flatMap((matter) => matter.rows.map((row) => [row.id, row])));
    return [...byId.values()].toSorted((a, b) => a.time - b.time);
  }, [dossier]);
  return (
    <div className="thread">
      {rows.map((row, index) => {
        const before = rows[index - 1];
        return (
          <div key={row.id} className="table-item-flow">
            {before === undefined || utcDay(before.time) !== utcDay(row.time) ? <SeamBand>{writeInstant(row.time, 'day', language)}</SeamBand> : null}
            <EntryRow row={row} context={context} />
          </div>
        );
      })}
    </div>
  );
}

function Claims({ claims, channel }: { readonly claims: readonly MatterView[]; readonly channel: ChannelView }) {
  const say = useSay();
  if (claims.length === 0) {
    return (
      <div className="sides page-head">
        <div className="on-ours">
          <Empty
            act={
              <Link className="button primary" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind: 'claim' }}>
                {say('acts.claim')}
              </Link>
            }
          >
            {say('dossier.no_claims')}
          </Empty>
        </div>
      </div>
    );
  }
  return (
    <ol className="claims">
      {claims.map((claim) => (
        <li key={claim.id}>
          <ClaimStances claim={claim} channel={channel} />
        </li>
      ))}
    </ol>
  );
}

const ORDER = ['clear', 'green', 'amber', 'amber+strict', 'red'];

/** The strictest of several markings: a page that shows them all is marked with it. */
export function strictest(markings: readonly string[]): string {
  return ORDER.findLast((level) => markings.includes(level)) ?? markings[0] ?? '';
}

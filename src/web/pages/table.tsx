import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ChannelView, TableRow } from '../../projection/views.ts';
import { utcDay, writeInstant } from '../instants.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { usePageTitle } from '../page-title.ts';
import { EntryRow, type RowContext, rowContext, SeamBand } from '../parts/entry-row.tsx';
import { ExportMenu } from '../parts/export-menu.tsx';
import { FilterMenu } from '../parts/filter-menu.tsx';
import { GenerationBand } from '../parts/generation-band.tsx';
import { Legend, LegendMenu } from '../parts/legend.tsx';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { Empty } from '../parts/states.tsx';
import { useNow } from '../parts/when.tsx';
import { queries, useTable } from '../queries.ts';
import { useSay, useVoice } from '../say.tsx';
import { filterRows, isFiltering, NO_FILTER } from '../table-filter.ts';

/** Height of a row before it is measured, pixels. */
const ROW_ESTIMATE = 116;
/** Rows from the top at which earlier ones are fetched. */
const FETCH_AHEAD = 30;
/** Rows laid out for print at most: what was loaded last is what somebody prints. */
const PRINT_ROWS = 1000;

/** Where the reader was in each channel's Table, so that coming back from a document leads there and not to the end. */
const places = new Map<string, string>();

/** The record of a channel: each document on its party's side, oldest at the top, opened at the newest. */
export function Table() {
  const { channel } = useParams({ from: '/c/$channel' });
  const { data } = useQuery(queries.channel(channel));
  return data === undefined ? null : <TableOf key={channel} channel={data} />;
}

function TableOf({ channel }: { readonly channel: ChannelView }) {
  const say = useSay();
  usePageTitle(say('nav.table'));
  const { query, loadOlder, loadingOlder, complete } = useTable(channel.id);
  const rows = useMemo(() => (query.data === undefined ? undefined : query.data.rows.toReversed()), [query.data]);
  const [filter, setFilter] = useState(NO_FILTER);
  const filtering = isFiltering(filter);
  const shown = useMemo(() => (rows === undefined ? [] : filterRows(rows, filter, channel.us)), [rows, filter, channel.us]);
  const kinds = useMemo(() => [...new Set(rows?.map((row) => row.kind))], [rows]);
  const lookingBack = filtering && !complete && shown.length < FETCH_AHEAD;
  useEffect(() => {
    if (lookingBack && !loadingOlder) void loadOlder();
  }, [lookingBack, loadingOlder, loadOlder]);
  const printing = usePrinting();
  const context = rowContext(channel, useNow());
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  return (
    <section className="table-page" aria-labelledby="table-title">
      <h1 id="table-title" className="sr-only">
        {say('table.title', { channel: channel.title })}
      </h1>
      {rows === undefined ? (
        <TableWaiting error={query.error} />
      ) : rows.length === 0 ? (
        <div className="sides page-head table-empty">
          <div className="on-ours">
            <Empty act={<WriteLink channel={channel.id} />}>{say('table.empty')}</Empty>
          </div>
        </div>
      ) : shown.length === 0 ? (
        <div className="sides page-head table-empty">
          <div className="on-ours">
            <Empty>{say(complete ? 'filter.nothing' : 'table.loading_older')}</Empty>
          </div>
        </div>
      ) : printing ? (
        <div>
          {shown.slice(-PRINT_ROWS).map((row, index, all) => (
            <DatedRow key={row.id} row={row} before={all[index - 1]} context={context} />
          ))}
        </div>
      ) : (
        <Rows
          rows={shown}
          context={context}
          complete={complete}
          loadingOlder={loadingOlder}
          onNearTop={loadOlder}
          start={filtering ? say('filter.shown', { shown: shown.length, of: rows.length }) : say('table.beginning')}
        />
      )}
      <div className="table-foot">
        <div className="sides">
          <div className="on-ours actions">
            <WriteLink channel={channel.id} />
            {rows === undefined || rows.length === 0 ? null : (
              <>
                <FilterMenu filter={filter} kinds={kinds} onChange={setFilter} />
                <ExportMenu channel={channel} />
                <Link className="text-button" to="/c/$channel/disclose" params={{ channel: channel.id }}>
                  {say('disclose.link')}
                </Link>
                <LegendMenu />
              </>
            )}
          </div>
          <div className="on-theirs">
            <Legend />
          </div>
        </div>
      </div>
    </section>
  );
}

type RowsProps = {
  readonly rows: readonly TableRow[];
  readonly context: RowContext;
  readonly complete: boolean;
  readonly loadingOlder: boolean;
  readonly onNearTop: () => Promise<void>;
  /** What stands above the oldest row. */
  readonly start: string;
};

function Rows({ rows, context, complete, loadingOlder, onNearTop, start }: RowsProps) {
  const say = useSay();
  const scroller = useRef<HTMLDivElement>(null);
  const keyOf = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_ESTIMATE,
    getItemKey: keyOf,
    overscan: 6,
    paddingStart: 56,
    paddingEnd: 24,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 120,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const atEnd = virtual.isAtEnd();
  useOpeningPlace(context.channel, rows, virtual);
  useEffect(() => {
    if (first < FETCH_AHEAD && !complete && items.length > 0) void onNearTop();
  }, [first, complete, items.length, onNearTop]);
  useEffect(() => {
    const top = rows[virtual.getVirtualItemForOffset(virtual.scrollOffset ?? 0)?.index ?? 0];
    if (atEnd) places.delete(context.channel);
    else if (top !== undefined) places.set(context.channel, top.id);
  });
  return (
    <div className="table-scroll" ref={scroller}>
      <div role="feed" aria-busy={loadingOlder} aria-label={say('table.feed')} className="table-canvas" style={{ blockSize: virtual.getTotalSize() }}>
        {first < FETCH_AHEAD ? <SeamBand>{complete ? start : say('table.loading_older')}</SeamBand> : null}
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <article
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-posinset={item.index + 1}
              aria-setsize={complete ? rows.length : -1}
              aria-label={say(row.party === context.us ? 'row.ours' : 'row.theirs', { kind: say(`kind.${row.kind}`), ref: row.ref })}
              className="table-item"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <DatedRow row={row} before={rows[item.index - 1]} context={context} />
            </article>
          );
        })}
      </div>
      {atEnd ? null : (
        <div className="to-latest">
          <button type="button" className="button" onClick={() => virtual.scrollToEnd()}>
            {say('table.to_latest')}
          </button>
        </div>
      )}
    </div>
  );
}

/** Opens at the newest document, or where the reader left off. */
function useOpeningPlace(
  channel: string,
  rows: readonly TableRow[],
  virtual: { scrollToEnd(): void; scrollToIndex(index: number, options: { align: 'start' }): void },
): void {
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current) return;
    opened.current = true;
    const place = places.get(channel);
    const at = place === undefined ? -1 : rows.findIndex((row) => row.id === place);
    if (at < 0) virtual.scrollToEnd();
    else virtual.scrollToIndex(at, { align: 'start' });
  }, [channel, rows, virtual]);
}

function DatedRow({ row, before, context }: { readonly row: TableRow; readonly before: TableRow | undefined; readonly context: RowContext }) {
  const { language } = useVoice();
  if (row.opens !== undefined) return <GenerationBand row={row} context={context} />;
  const newDay = before === undefined || utcDay(before.time) !== utcDay(row.time);
  return (
    <>
      {newDay ? <SeamBand>{writeInstant(row.time, 'day', language)}</SeamBand> : null}
      <EntryRow row={row} context={context} />
    </>
  );
}

function TableWaiting({ error }: { readonly error: Error | null }) {
  const say = useSay();
  return (
    <div className="sides page-head table-empty">
      <div className="on-ours">{error === null ? <p role="status">{say('page.loading')}</p> : <RefusalNotice error={error} />}</div>
    </div>
  );
}

function WriteLink({ channel }: { readonly channel: string }) {
  const say = useSay();
  return (
    <Link className="button primary" to="/c/$channel/compose" params={{ channel }} aria-label={say('compose.title')}>
      <span className="narrow-only">{say('compose.short')}</span>
      <span className="not-narrow">{say('compose.title')}</span>
    </Link>
  );
}

function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    // The browser takes the page as it is when the event returns, so the rows must stand by then.
    const before = () => flushSync(() => setPrinting(true));
    const after = () => setPrinting(false);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return printing;
}

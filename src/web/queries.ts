import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { TableRow, TableView } from '../projection/views.ts';
import { api } from './api.ts';

/** Every question the pages ask, with the key under which its answer is kept. */
export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: api.session, staleTime: 60_000 }),
  today: () => queryOptions({ queryKey: ['today'], queryFn: api.today, refetchInterval: 60_000 }),
  channels: () => queryOptions({ queryKey: ['channels'], queryFn: api.channels, refetchInterval: 60_000 }),
  channel: (channel: string) => queryOptions({ queryKey: ['channel', channel], queryFn: () => api.channel(channel), refetchInterval: 60_000 }),
  people: (channel: string) => queryOptions({ queryKey: ['people', channel], queryFn: () => api.people(channel) }),
  lineage: (channel: string) => queryOptions({ queryKey: ['lineage', channel], queryFn: () => api.lineage(channel) }),
  packs: (channel: string) => queryOptions({ queryKey: ['packs', channel], queryFn: () => api.packs(channel) }),
  report: (channel: string) => queryOptions({ queryKey: ['report', channel], queryFn: () => api.report(channel) }),
  dossiers: (channel: string) => queryOptions({ queryKey: ['dossiers', channel], queryFn: () => api.dossiers(channel) }),
  dossier: (channel: string, id: string, part: number) =>
    queryOptions({ queryKey: ['dossier', channel, id, part], queryFn: () => api.dossier(channel, id, part) }),
  document: (channel: string, id: string) => queryOptions({ queryKey: ['document', channel, id], queryFn: () => api.document(channel, id) }),
  clearance: (channel: string, id: string) => queryOptions({ queryKey: ['clearance', channel, id], queryFn: () => api.clearance(channel, id) }),
  /** Never an old answer: what is shown is what leaves. */
  keptWords: (channel: string, exchange: string) =>
    queryOptions({
      queryKey: ['kept-words', channel, exchange],
      queryFn: () => api.keptWords(channel, exchange),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  profiles: () => queryOptions({ queryKey: ['profiles'], queryFn: api.profiles, staleTime: Number.POSITIVE_INFINITY }),
  twoPerson: () => queryOptions({ queryKey: ['two-person'], queryFn: api.twoPerson }),
  notices: () => queryOptions({ queryKey: ['notices'], queryFn: api.notices, refetchInterval: 60_000 }),
};

/** Keys whose answers may differ once these channels changed: those of all channels stand once, however many changed together. */
export function keysOfChannels(channels: readonly string[]): readonly (readonly string[])[] {
  return [
    ['today'],
    ['channels'],
    ['two-person'],
    ...channels.flatMap((channel) => [
      ['channel', channel],
      ['table', channel],
      ['people', channel],
      ['lineage', channel],
      ['report', channel],
      ['dossiers', channel],
      ['dossier', channel],
      ['document', channel],
      ['clearance', channel],
    ]),
  ];
}

/** Loaded rows, newest first, and the cursor before the oldest of them (absent when the record's beginning is loaded). */
export type LoadedRows = { readonly rows: readonly TableRow[]; readonly before?: string };

/**
 * Puts the newest page over what was loaded: rows it repeats are replaced (their delivery may have moved), older loaded rows stay.
 * When nothing loaded touches the page (more arrived than a page holds), loading starts anew from the page.
 */
export function mergeNewest(loaded: LoadedRows | undefined, newest: TableView): LoadedRows {
  const last = newest.rows.at(-1);
  if (loaded === undefined || last === undefined) return newest;
  const at = loaded.rows.findIndex((row) => row.id === last.id);
  if (at < 0) return newest;
  const fresh = new Set(newest.rows.map((row) => row.id));
  const older = loaded.rows.slice(at + 1).filter((row) => !fresh.has(row.id));
  return { rows: [...newest.rows, ...older], ...(loaded.before === undefined ? {} : { before: loaded.before }) };
}

/** Adds the page before the oldest loaded row. */
export function appendOlder(loaded: LoadedRows, page: TableView): LoadedRows {
  const known = new Set(loaded.rows.map((row) => row.id));
  return {
    rows: [...loaded.rows, ...page.rows.filter((row) => !known.has(row.id))],
    ...(page.before === undefined ? {} : { before: page.before }),
  };
}

/** The newest page of a channel's Table, with what was loaded of it before. */
export function tableQuery(client: QueryClient, channel: string) {
  const key = ['table', channel];
  return {
    queryKey: key,
    queryFn: async (): Promise<LoadedRows> => mergeNewest(client.getQueryData<LoadedRows>(key), await api.table(channel)),
  };
}

/** The Table of a channel: the newest page live, older pages on request. */
export function useTable(channel: string) {
  const client = useQueryClient();
  const query = useQuery<LoadedRows>(tableQuery(client, channel));
  const [loadingOlder, setLoadingOlder] = useState(false);
  const before = query.data?.before;
  const loadOlder = useCallback(async () => {
    if (before === undefined || loadingOlder) return;
    setLoadingOlder(true);
    try {
      const page = await api.table(channel, before);
      client.setQueryData<LoadedRows>(['table', channel], (loaded) =>
        loaded === undefined || loaded.before !== before ? loaded : appendOlder(loaded, page),
      );
    } finally {
      setLoadingOlder(false);
    }
  }, [before, channel, client, loadingOlder]);
  return { query, loadOlder, loadingOlder, complete: query.data !== undefined && before === undefined };
}

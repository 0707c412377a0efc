import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { toBase64 } from '../base/bytes.ts';
import { REFUSALS, type RefusalCode } from '../base/errors.ts';
import type { ExchangeWords, KeptWords } from '../document/exchange.ts';
import type { Pack } from '../procedure/pack.ts';
import type { ClearanceDetail, TwoPersonView } from '../projection/clearance-views.ts';
import type { DossierListItem, DossierView } from '../projection/dossier-views.ts';
import type { NoticeEvent, NoticesView, SubscriptionView } from '../projection/notice-views.ts';
import type { PeoplePage } from '../projection/people-views.ts';
import type { ReportView } from '../projection/report.ts';
import type { ChannelView, DocumentView, LineageView, SessionView, SigningView, TableView, TodayView } from '../projection/views.ts';

/** A refusal as the people's door sends it; `code` is one of the stable codes, or `failed` when the answer was no refusal at all. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: RefusalCode | 'failed' | 'offline';
  readonly status: number;
  readonly detail: string;

  constructor(code: RefusalCode | 'failed' | 'offline', status: number, detail: string) {
    super(code);
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** What a proof is to show: of each document the fields named, and the entries that show whether signers are still accredited. */
export type ProofAsked = {
  readonly documents: readonly { readonly id: string; readonly only: readonly string[] }[];
  readonly range?: 'since' | 'whole';
};

/** What somebody wants to be told of by mail; no channels: all. */
export type NoticesWanted = {
  readonly mail: string;
  readonly channels: readonly string[];
  readonly events: readonly NoticeEvent[];
  readonly digestHour?: number;
};

/** Rows of the Table in one answer. */
export const TABLE_PAGE = 100;

const seg = encodeURIComponent;
const channelPath = (channel: string) => `/api/channels/${seg(channel)}`;

/** What the people's door answers, one function per address; every one rejects with {@link Refused}. */
export const api = {
  session: () => get<SessionView>('/api/session'),
  today: () => get<TodayView>('/api/today'),
  channels: () => get<readonly ChannelView[]>('/api/channels'),
  channel: (channel: string) => get<ChannelView>(channelPath(channel)),
  /** Rows newest first, strictly before the cursor. */
  table: (channel: string, before?: string) =>
    get<TableView>(`${channelPath(channel)}/table?limit=${TABLE_PAGE}${before === undefined ? '' : `&before=${seg(before)}`}`),
  packs: (channel: string) => get<readonly Pack[]>(`${channelPath(channel)}/packs`),
  report: (channel: string) => get<ReportView>(`${channelPath(channel)}/report`),
  lineage: (channel: string) => get<LineageView>(`${channelPath(channel)}/lineage`),
  dossiers: (channel: string) => get<readonly DossierListItem[]>(`${channelPath(channel)}/dossiers`),
  dossier: (channel: string, id: string, part: number) => get<DossierView>(`${channelPath(channel)}/dossiers/${seg(id)}?part=${part}`),
  document: (channel: string, id: string) => get<DocumentView>(`${channelPath(channel)}/documents/${seg(id)}`),
  people: (channel: string) => get<PeoplePage>(`${channelPath(channel)}/representatives`),
  acknowledge: (channel: string, entries: readonly string[]) => post<PeoplePage>(`${channelPath(channel)}/acknowledgements`, { entries }),
  /** `from`: `party:size,...` of the heads this device remembers, so that the answer proves they grew from there. */
  signing: (channel: string, from: string) => get<SigningView>(`${channelPath(channel)}/signing?from=${seg(from)}`),
  sendEntry: (channel: string, entry: string, body: string) =>
    post<{ readonly id: string; readonly index: number }>(`${channelPath(channel)}/entries`, { entry, body }),
  sendChunk: (
    channel: string,
    place: { root: string; index: number; size: number; salt: string },
    bytes: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ) =>
    call<unknown>(`${channelPath(channel)}/attachments/${seg(place.root)}/${place.index}?size=${place.size}&salt=${seg(place.salt)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
      ...(signal === undefined ? {} : { signal }),
    }),
  /** The bytes of a proof; they may be shown, and saved, and are not kept anywhere. */
  proof: async (channel: string, asked: ProofAsked) =>
    new Uint8Array(
      await (
        await answer(`${channelPath(channel)}/proof`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(asked),
        })
      ).arrayBuffer(),
    ),
  /** The newest proof that two histories exist in a channel. */
  forkProof: async (channel: string) => new Uint8Array(await (await answer(`${channelPath(channel)}/fork-proof`, { method: 'GET' })).arrayBuffer()),
  /** `signs`: the passkey is to sign documents too. */
  enrolOptions: (token: string, name: string, signs: boolean) =>
    post<PublicKeyCredentialCreationOptionsJSON>('/api/enrol/options', { token, name, signs }),
  enrol: (enrolment: { token: string; name: string; post: string; response: unknown; key?: string; proof?: string }) =>
    post<SessionView>('/api/enrol', enrolment),
  loginOptions: () => post<PublicKeyCredentialRequestOptionsJSON>('/api/login/options', {}),
  login: (response: unknown) => post<SessionView>('/api/login', { response }),
  logout: () => post<unknown>('/api/logout', {}),
  clearance: (channel: string, id: string) => get<ClearanceDetail>(`${channelPath(channel)}/clearances/${seg(id)}`),
  askClearance: (channel: string, text: string, body: Uint8Array) =>
    post<ClearanceDetail>(`${channelPath(channel)}/clearances`, { text, body: toBase64(body) }),
  clear: (channel: string, id: string) => post<ClearanceDetail>(`${channelPath(channel)}/clearances/${seg(id)}/clear`, {}),
  returnClearance: (channel: string, id: string, remark: string) =>
    post<ClearanceDetail>(`${channelPath(channel)}/clearances/${seg(id)}/return`, { remark }),
  keptWords: (channel: string, exchange: string) => get<readonly KeptWords[]>(`${channelPath(channel)}/exchanges/${seg(exchange)}/kept`),
  keepWords: (channel: string, exchange: string, words: ExchangeWords) =>
    post<KeptWords>(`${channelPath(channel)}/exchanges/${seg(exchange)}/kept`, words),
  profiles: () => get<readonly { readonly name: string; readonly title: string }[]>('/api/profiles'),
  /** The addresses of a channel and its profile are settings of one record. */
  setProfile: (channel: string, profile: string | null) => post<unknown>(`${channelPath(channel)}/addresses`, { profile }),
  twoPerson: () => get<TwoPersonView>('/api/settings/two-person'),
  setTwoPerson: (kinds: readonly string[]) => post<TwoPersonView>('/api/settings/two-person', { kinds }),
  notices: () => get<NoticesView>('/api/notices'),
  subscribe: (wanted: NoticesWanted) => post<SubscriptionView>('/api/notices', wanted),
  testNotice: (id: string) => post<unknown>(`/api/notices/${seg(id)}/test`, {}),
  noticesOff: (id: string) => post<NoticesView>(`/api/notices/${seg(id)}/off`, {}),
  /** The address of one's calendar, made anew; it is answered this once. */
  makeCalendar: () => post<NoticesView & { readonly url: string }>('/api/notices/calendar', {}),
  calendarOff: () => post<NoticesView>('/api/notices/calendar/off', {}),
  agreeTwoPerson: () => post<TwoPersonView>('/api/settings/two-person/agree', {}),
} as const;

/** Where a held attachment is fetched from; the browser saves it, nothing renders it. */
export function attachmentUrl(channel: string, root: string): string {
  return `${channelPath(channel)}/attachments/${seg(root)}`;
}

/** Where the whole record of a channel is fetched from; the browser saves it as it comes. */
export function exportUrl(channel: string, withFiles: boolean): string {
  return `${channelPath(channel)}/export${withFiles ? '?files=1' : ''}`;
}

function get<T>(path: string): Promise<T> {
  return call<T>(path, { method: 'GET' });
}

function post<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answer(path, init);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', redirect: 'error', cache: 'no-store', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Refused('offline', 0, '');
  }
  if (!response.ok) throw await refusalOf(response);
  return response;
}

async function refusalOf(response: Response): Promise<Refused> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && body.code in REFUSALS) {
      return new Refused(body.code as RefusalCode, response.status, 'detail' in body && typeof body.detail === 'string' ? body.detail : '');
    }
  } catch {
    // Not our answer (a proxy's error page): said as a failure with its status.
  }
  return new Refused('failed', response.status, '');
}

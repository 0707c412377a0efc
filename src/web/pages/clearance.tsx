import { sha256 } from '@noble/hashes/sha2.js';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { fromBase64 } from '../../base/bytes.ts';
import { isAboutEntry } from '../../document/about-entries.ts';
import type { AttachmentValue } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { openUnsigned, type UnsignedEntry } from '../../entry/entry.ts';
import type { ClearanceDetail } from '../../projection/clearance-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { api } from '../api.ts';
import { usePageTitle } from '../page-title.ts';
import { AboutMeaning } from '../parts/about-form.tsx';
import { CommittedWords } from '../parts/committed-words.tsx';
import { TextField } from '../parts/fields.tsx';
import { Said } from '../parts/leaving.tsx';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { Returned } from '../parts/sign-acts.tsx';
import { SignedHash } from '../parts/signed-hash.tsx';
import { Answered } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { keysOfChannels, queries } from '../queries.ts';
import { useSay } from '../say.tsx';

/** What somebody else is going to sign, read from its own bytes; a second person clears it or sends it back. */
export function Clearance() {
  const { channel, id } = useParams({ from: '/c/$channel/clearances/$id' });
  const channelQuery = useQuery(queries.channel(channel));
  const query = useQuery(queries.clearance(channel, id));
  return <Answered query={query}>{(view) => (channelQuery.data === undefined ? null : <Page view={view} channel={channelQuery.data} />)}</Answered>;
}

function Page({ view, channel }: { readonly view: ClearanceDetail; readonly channel: ChannelView }) {
  const say = useSay();
  usePageTitle(say('clearance.page_title'));
  const unsigned = unsignedOf(view);
  return (
    <div className="sides compose-page">
      <section className="on-ours stack">
        <h1>{say('clearance.page_title')}</h1>
        <p className="lead">
          {say('clearance.page_by', { asked: view.asked.name, signer: view.signer.name })} <Instant at={view.asked.at} />
        </p>
        {unsigned === undefined ? <p className="muted">{say('clearance.no_text')}</p> : <Text unsigned={unsigned} channel={channel} />}
      </section>
      <section className="on-theirs stack leaving">
        <State view={view} />
        {unsigned === undefined || isOver(view) ? null : <ToDraft view={view} unsigned={unsigned} />}
        {unsigned === undefined || isOver(view) ? null : (
          <>
            <SignedHash unsigned={unsigned} />
            <Acts view={view} channel={channel} />
          </>
        )}
      </section>
    </div>
  );
}

/** The text as its bytes say it: what this page shows is what its hash is of. */
function Text({ unsigned, channel }: { readonly unsigned: UnsignedEntry; readonly channel: ChannelView }) {
  const say = useSay();
  const opened = openUnsigned(sha256, unsigned);
  const kind = 'expected' in opened ? undefined : kindOf(opened.header.type);
  if ('expected' in opened || kind === undefined || opened.id !== unsigned.id) return <p className="notice">{say('clearance.other_text')}</p>;
  const files = opened.fields.get('attachments');
  const said = { kind, fields: opened.fields, channel, files: Array.isArray(files) ? (files as unknown as readonly AttachmentValue[]) : [] };
  if (kind.id === 'commitment')
    return (
      <>
        <Said {...said} />
        <CommittedWords exchange={opened.header.refs[0] ?? ''} digest={opened.fields.get('digest')} channel={channel} />
      </>
    );
  const [about] = isAboutEntry(kind.id) ? opened.header.refs : [];
  return about === undefined ? <Said {...said} /> : <SaidAbout about={about} said={said} />;
}

/** What is said of another document, which is shown with it: what it says now, what it is going to say, and what that does. */
function SaidAbout({ about, said }: { readonly about: string; readonly said: Parameters<typeof Said>[0] }) {
  const say = useSay();
  const query = useQuery(queries.document(said.channel.id, about));
  return (
    <Answered query={query}>
      {(parent) => (
        <>
          <p>
            {say('about.about')}{' '}
            <Link to="/c/$channel/documents/$id" params={{ channel: said.channel.id, id: about }}>
              <bdi>{say(parent.row.summary)}</bdi>
            </Link>
          </p>
          <Said {...said} parent={parent} />
          <AboutMeaning kind={said.kind.id} parent={parent} channel={said.channel} />
        </>
      )}
    </Answered>
  );
}

function State({ view }: { readonly view: ClearanceDetail }) {
  const say = useSay();
  if (view.state === 'sent')
    return (
      <>
        <h2>{say('clearance.sent')}</h2>
        {view.cleared === undefined ? null : <p>{say('clearance.cleared', { name: view.cleared.name })}</p>}
        <p>
          <Link className="button" to="/c/$channel/documents/$id" params={{ channel: view.channel, id: view.id }}>
            {say('sent.open')}
          </Link>
        </p>
      </>
    );
  if (view.state === 'taken_back') return <h2>{say('clearance.taken_back')}</h2>;
  if (view.returned !== undefined) return <Returned returned={view.returned} />;
  return (
    <>
      <h2>{view.cleared === undefined ? say('clearance.yours') : say('clearance.cleared', { name: view.cleared.name })}</h2>
      <p>{say(view.cleared === undefined ? 'clearance.yours_text' : 'clearance.cleared_wait')}</p>
    </>
  );
}

/** Back to the draft, for whoever signs it: the text to sign is kept on the device where it was written. */
function ToDraft({ view, unsigned }: { readonly view: ClearanceDetail; readonly unsigned: UnsignedEntry }) {
  const say = useSay();
  const session = useQuery(queries.session());
  const opened = openUnsigned(sha256, unsigned);
  if ('expected' in opened || session.data?.person?.actor !== view.signer.actor) return null;
  const concerned = opened.fields.get('concerns');
  const to = opened.header.refs[0] ?? (Array.isArray(concerned) && typeof concerned[0] === 'string' ? concerned[0] : undefined);
  return (
    <p>
      <Link
        className={view.state === 'cleared' ? 'button primary' : 'button'}
        to="/c/$channel/compose"
        params={{ channel: view.channel }}
        search={{ kind: view.kind, ...(to === undefined ? {} : { to }) }}
      >
        {say(view.state === 'cleared' ? 'clearance.to_sign' : 'clearance.to_draft')}
      </Link>
    </p>
  );
}

function Acts({ view, channel }: { readonly view: ClearanceDetail; readonly channel: ChannelView }) {
  const say = useSay();
  const client = useQueryClient();
  const session = useQuery(queries.session());
  const [remark, setRemark] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const run = async (act: () => Promise<ClearanceDetail>) => {
    setBusy(true);
    setError(undefined);
    try {
      client.setQueryData(queries.clearance(view.channel, view.id).queryKey, await act());
      for (const queryKey of keysOfChannels([view.channel])) void client.invalidateQueries({ queryKey: [...queryKey] });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const { actor } = session.data?.person ?? {};
  const mine = actor !== undefined && actor === view.signer.actor;
  const accredited = channel.people.some((one) => one.actor === actor && one.party === channel.us && one.state === 'accredited' && !one.automatic);
  return (
    <>
      {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
      {mine || !accredited ? (
        <p className="muted">{say(mine ? 'clearance.own' : 'clearance.not_accredited')}</p>
      ) : view.state === 'cleared' ? null : (
        <div className="actions">
          <button type="button" className="button primary" disabled={busy} onClick={() => void run(() => api.clear(view.channel, view.id))}>
            {say('clearance.clear')}
          </button>
        </div>
      )}
      {view.state === 'returned' ? null : (
        <details className="disclosure">
          <summary>{say(mine ? 'clearance.take_back' : 'clearance.give_back')}</summary>
          <div className="stack">
            {mine ? null : <TextField id="clearance-remark" label={say('clearance.remark')} value={remark} onChange={setRemark} maxLength={1000} />}
            <div className="actions">
              <button
                type="button"
                className="button"
                disabled={busy}
                onClick={() => void run(() => api.returnClearance(view.channel, view.id, remark))}
              >
                {say(mine ? 'clearance.take_back' : 'clearance.give_back')}
              </button>
            </div>
          </div>
        </details>
      )}
    </>
  );
}

function isOver({ state }: ClearanceDetail): boolean {
  return state === 'sent' || state === 'taken_back';
}

function unsignedOf({ id, text, body: base64 }: ClearanceDetail): UnsignedEntry | undefined {
  const body = base64 === undefined ? undefined : fromBase64(base64);
  return text === undefined || body === undefined ? undefined : { id, text, body };
}

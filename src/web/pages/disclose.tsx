import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { MAX_PROOF_DOCUMENTS } from '../../base/limits.ts';
import type { ChannelView } from '../../projection/views.ts';
import { NOT_PROVED_TRUE } from '../../verify/say-verdict.ts';
import { type ProofPreview, previewProof, saveProof } from '../acts/make-proof.ts';
import type { ProofAsked } from '../api.ts';
import { usePageTitle } from '../page-title.ts';
import { Disclosable } from '../parts/disclosable.tsx';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { Size } from '../parts/size.tsx';
import { Answered } from '../parts/states.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { queries, useTable } from '../queries.ts';
import { useSay } from '../say.tsx';

const RANGES = ['none', 'since', 'whole'] as const;
type Range = (typeof RANGES)[number];

/** Choosing what the public is shown: documents and fields on our side, and opposite what their reader will see, from the very bytes that are saved. */
export function Disclose() {
  const { channel } = useParams({ from: '/c/$channel/disclose' });
  const { document } = useSearch({ from: '/c/$channel/disclose' });
  return <Answered query={useQuery(queries.channel(channel))}>{(data) => <Choosing key={channel} channel={data} first={document} />}</Answered>;
}

/** Fields shown, by document. */
type Chosen = ReadonlyMap<string, readonly string[]>;

function Choosing({ channel, first }: { readonly channel: ChannelView; readonly first: string | undefined }) {
  const say = useSay();
  usePageTitle(say('disclose.title'));
  const [chosen, setChosen] = useState<Chosen>(new Map(first === undefined ? [] : [[first, []]]));
  const [range, setRange] = useState<Range>('none');
  const documents = [...chosen].map(([id, only]) => ({ id, only }));
  const asked: ProofAsked = { documents, ...(range === 'none' ? {} : { range }) };
  return (
    <div className="sides disclose-page">
      <section className="on-ours stack">
        <h1>{say('disclose.title')}</h1>
        <p className="lead">{say('disclose.lead')}</p>
        <fieldset className="field">
          <legend className="label">{say('disclose.range')}</legend>
          {RANGES.map((one) => (
            <label key={one} className="radio">
              <input type="radio" name="range" checked={range === one} onChange={() => setRange(one)} />
              {say(`disclose.range.${one}`)}
            </label>
          ))}
        </fieldset>
        <Documents channel={channel} chosen={chosen} onChange={setChosen} first={first} />
      </section>
      <section className="on-theirs stack disclose-preview" aria-labelledby="preview-title">
        <h2 id="preview-title">{say('disclose.preview')}</h2>
        {documents.length === 0 ? (
          <p className="lead muted">{say('disclose.nothing')}</p>
        ) : (
          <Preview channel={channel} asked={asked} ranged={range !== 'none'} />
        )}
      </section>
    </div>
  );
}

type DocumentsProps = {
  readonly channel: ChannelView;
  readonly chosen: Chosen;
  readonly first: string | undefined;
  readonly onChange: (chosen: Chosen) => void;
};

/** The documents of both sides, newest first; the one somebody came from before all others. */
function Documents({ channel, chosen, first, onChange }: DocumentsProps) {
  const say = useSay();
  const { query, loadOlder, loadingOlder, complete } = useTable(channel.id);
  const rows = query.data?.rows ?? [];
  const ordered = [...rows.filter((row) => row.id === first), ...rows.filter((row) => row.id !== first)];
  const set = (id: string, fields: readonly string[] | undefined) => {
    const next = new Map(chosen);
    if (fields === undefined) next.delete(id);
    else next.set(id, fields);
    onChange(next);
  };
  return (
    <section aria-labelledby="disclose-documents">
      <h2 id="disclose-documents" className="section-title">
        {say('disclose.documents')}
      </h2>
      {query.error === null ? null : <RefusalNotice error={query.error} />}
      <ul className="disclosables">
        {ordered.map((row) => (
          <Disclosable
            key={row.id}
            row={row}
            channel={channel}
            shown={chosen.get(row.id)}
            full={chosen.size >= MAX_PROOF_DOCUMENTS}
            onChange={(fields) => set(row.id, fields)}
          />
        ))}
      </ul>
      {complete || query.data === undefined ? null : (
        <p className="actions">
          <button type="button" className="text-button" disabled={loadingOlder} onClick={() => void loadOlder()}>
            {say('disclose.older')}
          </button>
        </p>
      )}
    </section>
  );
}

/** The reader's own view of the proof as it would be saved now; while another is made, the old one is gone, so that nothing stale is ever saved. */
function Preview({ channel, asked, ranged }: { readonly channel: ChannelView; readonly asked: ProofAsked; readonly ranged: boolean }) {
  const say = useSay();
  const { data, error, isFetching } = useQuery({
    queryKey: ['proof', channel.id, asked],
    queryFn: async () => (await previewProof(channel.id, asked)) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return (
    <>
      <p>{say('proof_page.publishes')}</p>
      {ranged ? <p>{say('proof_page.publishes_range')}</p> : null}
      <div aria-live="polite" className="stack">
        {isFetching ? <p className="muted">{say('disclose.making')}</p> : null}
        {error === null || isFetching ? null : <RefusalNotice error={error} />}
        {data === null ? <p>{say('disclose.too_large')}</p> : null}
      </div>
      {data === undefined || data === null || isFetching ? null : <Ready channel={channel} preview={data} />}
    </>
  );
}

function Ready({ channel, preview }: { readonly channel: ChannelView; readonly preview: ProofPreview }) {
  const say = useSay();
  return (
    <>
      <p className="actions">
        <button type="button" className="button primary" onClick={() => saveProof(channel.title, preview)}>
          {say('disclose.save')}
        </button>
        <span className="muted">
          <Size bytes={preview.bytes.length} /> {say('disclose.unwritten')}
        </span>
      </p>
      <div className="reader-view">
        <Verdict view={preview.view} />
        <p className="not-proved">
          <strong>{say(NOT_PROVED_TRUE)}</strong>
        </p>
      </div>
    </>
  );
}

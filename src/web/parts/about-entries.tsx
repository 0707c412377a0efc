import { Link } from '@tanstack/react-router';
import { labelOf } from '../../document/form.ts';
import { kindOf } from '../../document/registry.ts';
import type { ErasureView, FieldChange } from '../../projection/about-views.ts';
import { lateIn } from '../../projection/joint/silence.ts';
import type { ChannelView, DocumentView, TableRow } from '../../projection/views.ts';
import { zonesOf } from '../instants.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';
import { FieldValue } from './field-value.tsx';
import { Glyph } from './glyph.tsx';
import { Instant } from './when.tsx';

/** In a list: that its author said something about a document later, or that it came too late. Each word leads to where it was said, or to what it came too late for. */
export function MarkWords({
  row,
  channel,
  late,
}: {
  readonly row: TableRow;
  readonly channel: string;
  readonly late?: ReadonlyMap<string, string> | undefined;
}) {
  const say = useSay();
  const silence = row.kind === 'objection' ? late?.get(row.id) : undefined;
  const marks = [
    silence === undefined ? undefined : ({ id: 'silence.late', entry: silence, count: 1 } as const),
    row.withdrawn === undefined ? undefined : ({ id: 'mark.withdrawn', entry: row.withdrawn.entry, count: 1 } as const),
    row.corrected === undefined ? undefined : ({ id: 'mark.corrected', entry: row.corrected.entry, count: row.corrected.count } as const),
    row.erased === undefined ? undefined : ({ id: 'mark.erased', entry: row.erased.entry, count: row.erased.count } as const),
  ].filter((mark) => mark !== undefined);
  if (marks.length === 0) return null;
  return (
    <p className="entry-marks">
      {marks.map(({ id, entry, count }) => (
        <Link key={id} className="mark-link" to="/c/$channel/documents/$id" params={{ channel, id: entry }}>
          {id === 'mark.erased' ? <Glyph kind="erased" /> : null}
          {say(id, { count })}
        </Link>
      ))}
    </p>
  );
}

/** Under a heading: that what it is called by was said anew, and where. */
export function CorrectedMark({ corrected, channel }: { readonly corrected: TableRow['corrected']; readonly channel: string }) {
  const say = useSay();
  if (corrected === undefined) return null;
  return (
    <p className="entry-marks">
      <Link className="mark-link" to="/c/$channel/documents/$id" params={{ channel, id: corrected.entry }}>
        {say('mark.corrected', { count: corrected.count })}
      </Link>
    </p>
  );
}

/** On a document's own page, above its text: that it came too late, or was withdrawn or corrected, by whom and when. */
export function AboutNotices({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const { withdrawal, corrections, moreCorrections } = document;
  const name = channel.parties[document.row.party]?.name ?? '';
  const silence = document.row.kind === 'objection' ? lateIn(document.joint).get(document.row.id) : undefined;
  return (
    <>
      {silence === undefined ? null : (
        <div className="notice about-notice">
          <h2>{say('silence.late_title')}</h2>
          <p>
            {say('silence.late_text')}{' '}
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: silence }}>
              {say('silence.late_open')}
            </Link>
          </p>
        </div>
      )}
      {withdrawal === undefined ? null : (
        <div className="notice about-notice">
          <h2>{say('about.withdrawn_title')}</h2>
          <p>
            {say('about.by', { name, signer: withdrawal.signer })} <Instant at={withdrawal.time} />{' '}
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: withdrawal.entry }}>
              {say('about.open_withdrawal')}
            </Link>
          </p>
          {withdrawal.reason === undefined ? null : <Words text={withdrawal.reason} />}
        </div>
      )}
      {moreCorrections === 0 ? null : <p className="due">{say('about.more_corrections', { count: moreCorrections })}</p>}
      {corrections.map((correction) => (
        <div key={correction.entry} className="notice about-notice">
          <h2>{say('about.corrected_title')}</h2>
          <p>
            {say('about.by', { name, signer: correction.signer })} <Instant at={correction.time} />{' '}
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: correction.entry }}>
              {say('about.open_correction')}
            </Link>
          </p>
          {correction.reason === undefined ? null : <Words text={correction.reason} />}
          <Changes kind={document.row.kind} changes={correction.changes} channel={channel} />
        </div>
      ))}
    </>
  );
}

/** Fields said anew: what stood there and what stands there now, side by side. */
export function Changes({
  kind,
  changes,
  channel,
}: {
  readonly kind: string;
  readonly changes: readonly FieldChange[];
  readonly channel: ChannelView;
}) {
  const say = useSay();
  const fields = kindOf(kind)?.fields ?? [];
  return (
    <dl className="changes">
      {changes.map(({ field, before, after, erased }) => {
        const shape = fields.find((one) => one.name === field);
        const side = (value: typeof before, gone: boolean, empty: string) =>
          gone ? (
            <em className="erased">{say('document.erased')}</em>
          ) : value === undefined ? (
            <em className="muted">{say(empty)}</em>
          ) : (
            <FieldValue field={shape} name={field} value={value} channel={channel.id} zones={zonesOf(channel)} />
          );
        return (
          <div key={field} className="change">
            <dt>{shape === undefined ? field : say(labelOf(kind, field))}</dt>
            <dd className="change-before">
              <span className="caps">{say('about.before')}</span>
              <del>{side(before, erased === 'before' || erased === 'both', 'about.said_nothing')}</del>
            </dd>
            <dd className="change-after">
              <span className="caps">{say('about.now')}</span>
              <ins>{side(after, erased === 'after' || erased === 'both', 'about.says_nothing')}</ins>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** What is erased of a document, and, party by party, what is known of who still holds it. */
export function Erasures({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  if (document.erasures.length === 0) return null;
  return (
    <section>
      <h2 className="section-title">{say('erasures.title')}</h2>
      {document.erasures.map((erasure) => (
        <div key={erasure.field} className="erasure">
          <h3>
            <Glyph kind="erased" /> {fieldLabel(say, document.row.kind, erasure.field)}
          </h3>
          {erasure.by === undefined ? null : (
            <p>
              {say('erasures.by', { name: channel.parties[document.row.party]?.name ?? '', signer: erasure.by.signer })}{' '}
              <Instant at={erasure.by.time} />{' '}
              <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: erasure.by.entry }}>
                {say('erasures.open')}
              </Link>
            </p>
          )}
          <ul className="plain-list">
            {erasure.holders
              .filter(({ party, state }) => erasure.by === undefined || party !== document.row.party || state !== 'says_gone')
              .map((holder) => (
                <Holder key={holder.party} holder={holder} channel={channel} author={document.row.party} />
              ))}
          </ul>
        </div>
      ))}
      <p className="muted">{say('erasures.meaning')}</p>
    </section>
  );
}

type HolderProps = { readonly holder: ErasureView['holders'][number]; readonly channel: ChannelView; readonly author: number };

function Holder({ holder: { party, state, at, entry }, channel, author }: HolderProps) {
  const say = useSay();
  const who = party === channel.us ? 'us' : 'them';
  const name = channel.parties[party]?.name ?? '';
  // The author's own text is theirs to keep; whoever reads it here knows that.
  const id = state === 'holds' && party === author ? `erasures.author_holds.${who}` : `erasures.${state}.${who}`;
  return (
    <li>
      {say(id, { name })} {at === undefined ? null : <Instant at={at} />}{' '}
      {entry === undefined ? null : (
        <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: entry }}>
          {say('erasures.open')}
        </Link>
      )}
    </li>
  );
}

/** On the page of a correction, withdrawal, erasure or loss: which document it is about, and what it says of it. */
export function AboutTarget({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const { aboutEntry: about, changes, row, fields } = document;
  if (about === undefined) return null;
  const target = document.thread.find(({ id }) => id === about);
  const names = Array.isArray(fields.pointers) ? fields.pointers.map((pointer) => String(pointer).slice(1)) : [];
  return (
    <section className="about-target">
      <p>
        {say('about.about')}{' '}
        <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: about }}>
          <bdi>{target === undefined ? say('about.document') : say(target.summary)}</bdi>
        </Link>
      </p>
      {changes === undefined ? null : <Changes kind={target?.kind ?? ''} changes={changes} channel={channel} />}
      {row.kind !== 'body_erased' && row.kind !== 'lost' ? null : <GoneNames kind={target?.kind ?? ''} names={names} />}
    </section>
  );
}

/** Names of fields that are gone, each with its mark. */
export function GoneNames({ kind, names }: { readonly kind: string; readonly names: readonly string[] }) {
  const say = useSay();
  if (names.length === 0) return <p>{say('about.whole_text')}</p>;
  return (
    <ul className="gone-names">
      {names.map((name) => (
        <li key={name}>
          <Glyph kind="erased" /> {fieldLabel(say, kind, name)}
        </li>
      ))}
    </ul>
  );
}

function fieldLabel(say: ReturnType<typeof useSay>, kind: string, name: string): string {
  const known = kindOf(kind)?.fields.some((field) => field.name === name) ?? false;
  return known ? say(labelOf(kind, name)) : name;
}

function Words({ text }: { readonly text: string }) {
  return (
    <p className="party-text" dir="auto">
      {visible(text)}
    </p>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { utf8 } from '../../base/bytes.ts';
import type { Json } from '../../base/json.ts';
import type { Phrase } from '../../base/phrases.ts';
import { isAboutEntry, isHeldTo, pointedNames } from '../../document/about-entries.ts';
import type { AttachmentValue, Kind } from '../../document/kind.ts';
import { joins } from '../../document/registry.ts';
import { correctedFields } from '../../projection/corrected.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { zonesOf } from '../instants.ts';
import { otherNames } from '../others.ts';
import { queries } from '../queries.ts';
import { refersWord } from '../refers.ts';
import { useSay } from '../say.tsx';
import { Changes, GoneNames } from './about-entries.tsx';
import { isHeld } from './delivery.tsx';
import { Reference } from './entry-row.tsx';
import { FieldList } from './field-value.tsx';
import { Glyph, useFreshStitch } from './glyph.tsx';
import { Size } from './size.tsx';
import { TlpLabel } from './tlp-label.tsx';
import { Instant } from './when.tsx';

type LeavingProps = {
  readonly kind: Kind;
  readonly fields: ReadonlyMap<string, Json>;
  readonly channel: ChannelView;
  readonly files: readonly AttachmentValue[];
  /** What it answers, or is about. */
  readonly parent?: DocumentView | undefined;
};

/** What leaves: the document exactly as the other side will hold it, on its side of the seam, and what that means. */
export function Leaving({ kind, fields, channel, files, parent }: LeavingProps) {
  const say = useSay();
  const size = [...fields].reduce((sum, [name, value]) => sum + utf8(JSON.stringify([name, value])).length, 0);
  return (
    <>
      {parent === undefined || !joins(kind, parent.row.kind) ? null : (
        <p>
          {say(refersWord(kind.id))} <bdi>{say(parent.row.summary)}</bdi>
        </p>
      )}
      <div className="copy">
        <Said kind={kind} fields={fields} channel={channel} files={files} parent={parent} />
      </div>
      <ul className="plain-list">
        <li>
          {say('leaving.to', { count: channel.parties.length - 1, names: otherNames(channel) })} <Size bytes={size} />
        </li>
        <li>{say('leaving.to_hosts')}</li>
        <li>
          <strong>{say('left.provable')}</strong>
        </li>
        <li>{say(isAboutEntry(kind.id) || isHeldTo(kind.id) ? 'about.final' : 'leaving.final')}</li>
      </ul>
    </>
  );
}

/** A document as it stands: what the other side will hold, or holds. */
export function Said({ kind, fields, channel, files, parent }: LeavingProps) {
  const say = useSay();
  const values = Object.fromEntries(fields);
  const heading = ['subject', 'title'].map((name) => values[name]).find((value) => typeof value === 'string');
  const marking = typeof values.marking === 'string' ? values.marking : '';
  return (
    <div className="sheet said">
      <p className="entry-head">
        <strong>{say(`kind.${kind.id}`)}</strong>
        <Reference text={typeof values.ref === 'string' ? values.ref : ''} />
        <span className="entry-marking">
          <TlpLabel marking={marking} />
        </span>
      </p>
      {typeof heading === 'string' ? (
        <p className="party-heading" dir="auto">
          {heading}
        </p>
      ) : null}
      {fields.size === 0 ? <p className="muted">{say('leaving.empty')}</p> : null}
      {parent === undefined ? null : <AboutSaid kind={kind.id} fields={values} parent={parent} channel={channel} />}
      <FieldList document={{ fields: values, erased: [], corrections: [], row: { kind: kind.id } }} channel={channel.id} zones={zonesOf(channel)} />
      {files.length === 0 ? null : (
        <ul className="file-list">
          {files.map((file) => (
            <li key={file.root}>
              <bdi>{file.name}</bdi>
              <span className="muted">
                <Size bytes={file.size} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function AboutSaid({
  kind,
  fields,
  parent,
  channel,
}: {
  kind: string;
  fields: { readonly [name: string]: Json };
  parent: DocumentView;
  channel: ChannelView;
}) {
  const names = pointedNames(fields);
  if (kind === 'body_erased') return names.length === 0 ? null : <GoneNames kind={parent.row.kind} names={names} />;
  if (kind !== 'correction') return null;
  const before = correctedFields(parent);
  const values = Array.isArray(fields.values) ? fields.values : [];
  const changes = names.map((field, i) => ({
    field,
    ...(before[field] === undefined ? {} : { before: before[field] }),
    ...(values[i] === undefined || values[i] === null ? {} : { after: values[i] }),
  }));
  return <Changes kind={parent.row.kind} changes={changes} channel={channel} />;
}

/** Why this device may not sign, before anybody writes in vain. */
export function CannotSign({ reason }: { readonly reason: Phrase }) {
  const say = useSay();
  return (
    <div className="notice">
      <h2>{say('sign.cannot')}</h2>
      <p>{say(reason)}</p>
      <p>
        <Link to="/device">{say('sign.to_device')}</Link>
      </p>
    </div>
  );
}

/** After signing: sent, then held, as it happens; the stitch closes before the eyes. */
export function SentState({ channel, id }: { readonly channel: ChannelView; readonly id: string }) {
  const say = useSay();
  const { data } = useQuery(queries.document(channel.id, id));
  const held = data !== undefined && isHeld(data.row);
  const fresh = useFreshStitch(held);
  return (
    <section className="sent-state" role="status">
      <span className="sent-glyph">
        <Glyph kind={held ? (data.row.witnessed ? 'held-witnessed' : 'held') : 'waiting'} fresh={fresh} />
      </span>
      <h2>{say(held ? 'sent.held' : 'sent.sent')}</h2>
      <p className="lead">
        {held ? say('sent.held_text', { names: otherNames(channel) }) : say('sent.sent_text')}
        {held && data.row.heldAt !== undefined ? (
          <>
            {' '}
            <Instant at={data.row.heldAt} />
          </>
        ) : null}
      </p>
      <p className="actions">
        <Link className="button primary" to="/c/$channel/documents/$id" params={{ channel: channel.id, id }}>
          {say('sent.open')}
        </Link>
        <Link className="button" to="/c/$channel" params={{ channel: channel.id }}>
          {say('nav.table')}
        </Link>
      </p>
    </section>
  );
}

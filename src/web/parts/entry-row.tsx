import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { kindOf } from '../../document/registry.ts';
import type { ChannelView, TableRow } from '../../projection/views.ts';
import { writeInstant, type Zones, zonesOf } from '../instants.ts';
import { refersWord } from '../refers.ts';
import { useSay, useVoice } from '../say.tsx';
import { takeApart } from '../summary.ts';
import { visible } from '../visible.ts';
import { MarkWords } from './about-entries.tsx';
import { DeliveryWords, glyphOf, isHeld } from './delivery.tsx';
import { Glyph, useFreshStitch } from './glyph.tsx';
import { TlpLabel } from './tlp-label.tsx';
import { DueLine, Instant } from './when.tsx';

/** What a row needs to know of its channel. */
export type RowContext = {
  readonly channel: string;
  readonly us: number;
  readonly parties: readonly string[];
  readonly zones: Zones;
  readonly now: number;
  /** Objections known here to have come too late, and the silence of each. */
  readonly late?: ReadonlyMap<string, string>;
};

/** The context of a channel's rows. */
export function rowContext(channel: ChannelView, now: number): RowContext {
  return { channel: channel.id, us: channel.us, parties: channel.parties.map((party) => party.name), zones: zonesOf(channel), now };
}

/**
 * One document on its party's side of the seam: what was said, by whom, and the stitch that shows who holds it.
 * The whole row is the link; `where` adds the channel's title on pages that span channels.
 */
export function EntryRow({
  row,
  context,
  where,
  showTime = true,
}: {
  readonly row: TableRow;
  readonly context: RowContext;
  readonly where?: string;
  readonly showTime?: boolean;
}) {
  const { say, language } = useVoice();
  const side = row.party === context.us ? 'ours' : 'theirs';
  const fresh = useFreshStitch(isHeld(row));
  const party = context.parties[row.party] ?? '';
  const { label, words } = takeApart(say, row.summary);
  return (
    <div className={`entry sides ${side}${row.valid ? '' : ' void'}`}>
      <div className="entry-body">
        <p className="entry-head">
          <span className="side-label caps">{say(side === 'ours' ? 'side.ours' : 'side.theirs')}</span>
          {context.parties.length > 2 && side === 'theirs' ? <bdi className="entry-party">{party}</bdi> : null}
          <span className="side-time mono">
            <Instant at={row.time} style="time" />
          </span>
          <KindLine kind={row.kind} label={label} hasWords={words !== undefined} />
          <Reference text={row.ref} />
          {where === undefined ? null : <bdi className="muted">{where}</bdi>}
          {row.exercise ? <span className="exercise">{say('row.exercise')}</span> : null}
          <span className="entry-marking">
            <TlpLabel marking={row.marking} />
          </span>
        </p>
        {row.answers === undefined ? null : (
          <p className="muted entry-answers">
            {say(refersWord(row.kind))} {row.answersCorrected === undefined ? null : `${say(`row.answers_${row.answersCorrected}`)} `}
            <bdi>{say(row.answers)}</bdi>
          </p>
        )}
        <p className={words === undefined ? 'entry-title said-by-parley' : 'entry-title'}>
          <Link className="row-link" to="/c/$channel/documents/$id" params={{ channel: context.channel, id: row.id }}>
            <bdi>{words ?? label}</bdi>
          </Link>
        </p>
        <MarkWords row={row} channel={context.channel} late={context.late} />
        {row.due === undefined ? null : <DueLine due={row.due} us={context.us} zones={context.zones} now={context.now} />}
        <p className="entry-foot">
          <DeliveryWords row={row} us={context.us} parties={context.parties.length} />
          {row.unacknowledged ? <span className="unused">{say('row.unacknowledged')}</span> : null}
          <span className="entry-by muted">
            <bdi>{row.signer}</bdi>
            {row.automatic === true ? <span className="automatic">{say('row.automatic')}</span> : null}
            {row.attachments === 0 ? null : <span>{say('row.attachments', { count: row.attachments })}</span>}
          </span>
        </p>
      </div>
      <div className="entry-gutter" aria-hidden="true">
        {showTime ? <span className="gutter-time mono">{writeInstant(row.time, 'time', language)}</span> : null}
        <span className="gutter-stitch">
          <Glyph kind={glyphOf(row)} side={side} fresh={fresh} />
        </span>
      </div>
    </div>
  );
}

/** What kind of document it is: the label, or, where that is all that is said of it and stands below, the kind's own name. */
function KindLine({ kind, label, hasWords }: { readonly kind: string; readonly label: string; readonly hasWords: boolean }) {
  const say = useSay();
  const name = kindOf(kind) === undefined ? undefined : say(`kind.${kind}`);
  if (hasWords) return <strong>{label}</strong>;
  return name === undefined || label.startsWith(name) ? null : <strong>{name}</strong>;
}

/** A party's own reference number, where it gave one. */
export function Reference({ text }: { readonly text: string }) {
  return text === '' ? null : <bdi className="mono muted">{visible(text)}</bdi>;
}

/** A band across the seam: a day, a count, a state. */
export function SeamBand({ children }: { readonly children: ReactNode }) {
  return (
    <div className="seam-band">
      <span className="caps">{children}</span>
    </div>
  );
}

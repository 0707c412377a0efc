import type { Phrase } from '../../base/phrases.ts';
import type { TableRow } from '../../projection/views.ts';
import { utcDay, writeInstant } from '../instants.ts';
import { useVoice } from '../say.tsx';
import type { GlyphKind } from './glyph.tsx';

/** The mark that says where a document stands. */
export function glyphOf(row: Pick<TableRow, 'delivery' | 'witnessed' | 'valid'>): GlyphKind {
  const held = isHeld(row);
  if (!row.valid) return held ? 'refused' : 'waiting';
  const witnessed = row.witnessed || row.delivery === 'witnessed';
  if (held) return witnessed ? 'held-witnessed' : 'held';
  return witnessed ? 'waiting-witnessed' : 'waiting';
}

/** Whether every other party's node holds it. */
export function isHeld(row: Pick<TableRow, 'delivery' | 'heldAt'>): boolean {
  return row.delivery === 'held' || (row.delivery === 'witnessed' && row.heldAt !== undefined);
}

/** The word beside the mark: who holds it and since when. */
export function DeliveryWords({ row, us, parties }: { readonly row: TableRow; readonly us: number; readonly parties: number }) {
  const { say, language } = useVoice();
  const reason = row.findings[0];
  if (!row.valid) {
    return (
      <span className="delivery">
        <strong>{reason === undefined ? say('delivery.void') : <Reason reason={reason} />}</strong>
      </span>
    );
  }
  const held = isHeld(row);
  const since =
    held && row.heldAt !== undefined ? writeInstant(row.heldAt, utcDay(row.heldAt) === utcDay(row.time) ? 'time' : 'short', language) : undefined;
  return (
    <span className="delivery">
      {say(deliveryWord(held, row.party === us, parties))}
      {since === undefined ? null : <bdi className="mono">{since}</bdi>}
      {row.witnessed ? <span className="muted witnessed-word">{say('delivery.witnessed')}</span> : null}
    </span>
  );
}

function Reason({ reason }: { readonly reason: Phrase }) {
  const { say } = useVoice();
  return <>{say('delivery.void_reason', { reason: say(reason) })}</>;
}

function deliveryWord(held: boolean, ours: boolean, parties: number): string {
  if (!held) return ours ? 'delivery.waiting' : 'delivery.waiting_theirs';
  if (parties > 2) return 'delivery.all_hold';
  return ours ? 'delivery.they_hold' : 'delivery.we_hold';
}

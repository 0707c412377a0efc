import { useEffect, useRef, useState } from 'react';

/** The marks of the record. `own` is the side whose words they are: its ring is ink, the held copy opposite is carbon. */
export type GlyphKind =
  | 'sent'
  | 'waiting'
  | 'held'
  | 'held-witnessed'
  | 'waiting-witnessed'
  | 'witnessed'
  | 'refused'
  | 'disputed'
  | 'open'
  | 'erased'
  | 'fork'
  | 'verified'
  | 'failed'
  | 'withheld';

export type Side = 'ours' | 'theirs';

/** Marks that belong to no side. */
const PLAIN: ReadonlySet<GlyphKind> = new Set(['verified', 'failed', 'withheld', 'witnessed', 'fork']);

const OURS_X = 9;
const THEIRS_X = 31;
const RADIUS = 5;

/**
 * One mark, 16 px high on a 40 px wide field whose middle is the seam; always beside its word, so it is hidden from screen readers.
 * Drawn for ours at the start; theirs mirrors it, and so does a page written from the right.
 */
export function Glyph({ kind, side = 'ours', fresh = false }: { readonly kind: GlyphKind; readonly side?: Side; readonly fresh?: boolean }) {
  return (
    <svg
      className={`glyph ${PLAIN.has(kind) ? 'glyph-plain' : `glyph-${side}`}${fresh ? ' glyph-fresh' : ''}`}
      viewBox="0 0 40 16"
      width="40"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      {mark(kind)}
    </svg>
  );
}

function mark(kind: GlyphKind) {
  switch (kind) {
    case 'sent':
      return <Ring x={OURS_X} />;
    case 'waiting':
      return (
        <>
          <Ring x={OURS_X} />
          <path className="stitch dotted" d="M15 8H39" />
        </>
      );
    case 'waiting-witnessed':
      return (
        <>
          <Ring x={OURS_X} />
          <path className="stitch dotted" d="M15 8H39" />
          <Diamond />
        </>
      );
    case 'held':
      return <Linked />;
    case 'held-witnessed':
      return (
        <>
          <Linked />
          <Diamond />
        </>
      );
    case 'witnessed':
      return <Diamond />;
    case 'refused':
      return (
        <>
          <Linked />
          <path className="ink" d="M16.5 14.5 23.5 1.5" />
        </>
      );
    case 'disputed':
      return (
        <>
          <path className="ink thin" d="M14.5 12 17.5 4M18.5 12 21.5 4M22.5 12 25.5 4" />
          <path className="ink" d="M9 3a5 5 0 0 1 0 10M31 3a5 5 0 0 0 0 10" />
        </>
      );
    case 'open':
      return (
        <>
          <Ring x={OURS_X} />
          <circle className="ring dashed" cx={THEIRS_X} cy="8" r={RADIUS} />
        </>
      );
    case 'erased':
      return <circle className="ring dashed" cx={OURS_X} cy="8" r={RADIUS} />;
    case 'fork':
      return <path className="ink" d="M20 16V9M20 9 13 1M20 9l7-8" />;
    case 'verified':
      return <path className="ink" d="m13.5 8.5 4.5 4.5 8.5-10" />;
    case 'failed':
      return <path className="ink" d="m14.5 2.5 11 11M25.5 2.5l-11 11" />;
    case 'withheld':
      return <path className="ink dashed" d="M11 8h18" />;
  }
}

function Ring({ x }: { readonly x: number }) {
  return <circle className="ring" cx={x} cy="8" r={RADIUS} />;
}

function Linked() {
  return (
    <>
      <Ring x={OURS_X} />
      <path className="stitch" pathLength="1" d="M14 8H26" />
      <circle className="ring copy" pathLength="1" cx={THEIRS_X} cy="8" r={RADIUS} />
    </>
  );
}

function Diamond() {
  return <path className="solid" d="M20 3.5 24.5 8 20 12.5 15.5 8Z" />;
}

/** True for one render cycle after a document turned from waiting to held while it was on the screen: the stitch is then drawn. */
export function useFreshStitch(held: boolean): boolean {
  const before = useRef(held);
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    if (held && !before.current) setFresh(true);
    before.current = held;
  }, [held]);
  return fresh;
}

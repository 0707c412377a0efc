import { useSay } from '../say.tsx';
import { Glyph, type GlyphKind } from './glyph.tsx';

const SHOWN: readonly (readonly [GlyphKind, string])[] = [
  ['waiting', 'legend.waiting'],
  ['held', 'legend.held'],
  ['witnessed', 'legend.witnessed'],
  ['refused', 'legend.refused'],
];

/** What the marks mean, always in sight where they are used. */
export function Legend() {
  const say = useSay();
  return (
    <ul className="legend" aria-label={say('legend.title')}>
      {SHOWN.map(([glyph, id]) => (
        <li key={id}>
          <Glyph kind={glyph} /> {say(id)}
        </li>
      ))}
    </ul>
  );
}

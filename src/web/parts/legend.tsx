import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useSay } from '../say.tsx';
import { Glyph, type GlyphKind } from './glyph.tsx';

const SHOWN: readonly (readonly [GlyphKind, string])[] = [
  ['waiting', 'legend.waiting'],
  ['held', 'legend.held'],
  ['witnessed', 'legend.witnessed'],
  ['refused', 'legend.refused'],
];

/** What the marks mean, always in sight where they are used; where the screen is narrow, one press away. */
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

export function LegendMenu() {
  const say = useSay();
  return (
    <DialogTrigger>
      <Button className="text-button narrow-only" aria-label={say('legend.title')}>
        {say('legend.short')}
      </Button>
      <Popover placement="top start" className="popover-panel">
        <Dialog aria-label={say('legend.title')}>
          <Legend />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

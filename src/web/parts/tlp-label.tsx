import { useSay } from '../say.tsx';

const COLOURS: Readonly<Record<string, string>> = { RED: 'red', AMBER: 'amber', 'AMBER+STRICT': 'amber', GREEN: 'green', CLEAR: 'clear' };

/** A marking's label text, `TLP:AMBER+STRICT`, or empty when there is none; accepts `amber_strict`, `AMBER+STRICT` and `TLP:AMBER`. */
export function tlpText(marking: string): string {
  const name = marking.replace(/^TLP:/i, '').replace('_', '+').toUpperCase();
  return name === '' || name === 'NONE' ? '' : `TLP:${name}`;
}

/** A TLP 2.0 label: never translated, its colour on black. A marking that is no TLP level is shown in words alone. */
export function TlpLabel({ marking }: { readonly marking: string }) {
  const say = useSay();
  const text = tlpText(marking);
  if (text === '') return null;
  const colour = COLOURS[text.slice(4)];
  return (
    <span className={colour === undefined ? 'marking' : `tlp tlp-${colour}`} translate="no" dir="ltr" title={say('marking.title')}>
      {text}
    </span>
  );
}

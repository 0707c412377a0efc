import { hasOffered, pressOffered } from '../../document/offered.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';

type OfferedProps = {
  readonly label: string;
  readonly words: readonly string[];
  readonly value: string;
  /** Whether the field takes a word a line. */
  readonly many: boolean;
  readonly onChange: (value: string) => void;
};

/** Words that the channel's procedures have for a field, each a press away; any others are typed. */
export function Offered({ label, words, value, many, onChange }: OfferedProps) {
  const say = useSay();
  if (words.length === 0) return null;
  return (
    <fieldset className="offered" aria-label={say('offered.title', { label })}>
      {words.map((word) => (
        <button
          key={word}
          type="button"
          className="text-button"
          aria-pressed={hasOffered(value, word)}
          onClick={() => onChange(pressOffered(value, word, many))}
        >
          <bdi>{visible(word)}</bdi>
        </button>
      ))}
    </fieldset>
  );
}

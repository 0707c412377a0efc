import type { Kind } from '../../document/kind.ts';
import { wordsOfNow, wordsSaid } from '../../projection/corrected.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { Changes } from './about-entries.tsx';

type WordsAnsweredProps = {
  readonly kind: Kind;
  readonly channel: ChannelView;
  /** What is answered as it was when the page was opened, which is what a position names, and as it is now. */
  readonly seen: DocumentView | undefined;
  readonly now: DocumentView | undefined;
};

/** The words that a position is on, or a signature is not, where the author of what it answers said some of them anew. */
export function WordsAnswered({ kind, channel, seen, now }: WordsAnsweredProps) {
  const say = useSay();
  const heading = wordsSaid(kind.id);
  if (heading === undefined || seen === undefined) return null;
  const changes = wordsOfNow(seen);
  const isSaidSince = kind.id === 'position' && now !== undefined && now.corrections.at(-1)?.entry !== seen.corrections.at(-1)?.entry;
  return (
    <>
      {changes.length === 0 ? null : (
        <>
          <p>{say(heading)}</p>
          <Changes kind={seen.row.kind} changes={changes} channel={channel} />
        </>
      )}
      {isSaidSince ? (
        <p className="notice" role="status">
          {say('claim.words_since')}
        </p>
      ) : null}
    </>
  );
}

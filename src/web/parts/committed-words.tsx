import { sha256 } from '@noble/hashes/sha2.js';
import { useQuery } from '@tanstack/react-query';
import type { Json } from '../../base/json.ts';
import { digestOf } from '../../document/exchange.ts';
import { reveal } from '../../document/kinds/reveal.ts';
import type { ChannelView } from '../../projection/views.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { Said } from './leaving.tsx';
import { Answered } from './states.tsx';

/** What a commitment of ours binds to, for whoever clears it: a hash alone says nothing. Whether it opens the digest is computed here. */
export function CommittedWords({
  exchange,
  digest,
  channel,
}: {
  readonly exchange: string;
  readonly digest: Json | undefined;
  readonly channel: ChannelView;
}) {
  const say = useSay();
  const query = useQuery(queries.keptWords(channel.id, exchange));
  const side = { channel: channel.id, party: channel.us, matter: exchange };
  return (
    <Answered query={query}>
      {(kept) => {
        const words = kept.find((one) => digestOf(sha256, side, one) === digest);
        return words === undefined ? (
          <p className="notice">{say('refusal.not_kept')}</p>
        ) : (
          <>
            <h2 className="section-title">{say('exchange.commits_to')}</h2>
            <Said kind={reveal} fields={new Map([['text', words.text]])} channel={channel} files={words.attachments} />
          </>
        );
      }}
    </Answered>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toBase64url } from '../../base/bytes.ts';
import type { Kind } from '../../document/kind.ts';
import { isBefore, nextInExchange } from '../../projection/joint/exchange.ts';
import type { ChannelView, DocumentView, SessionView } from '../../projection/views.ts';
import { randomBytes } from '../browser-crypto.ts';
import { commitmentDraft, revealDraft } from '../exchange-draft.ts';
import type { DeviceKey } from '../keys.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { DraftPage } from './draft-page.tsx';
import { Answered } from './states.tsx';
import { Instant, useNow } from './when.tsx';

type Props = {
  readonly channel: ChannelView;
  readonly kind: Kind;
  /** The exchange. */
  readonly parent: DocumentView;
  readonly session: SessionView;
  readonly deviceKey: DeviceKey | null;
};

type RevealingProps = Props & { readonly digest: string; readonly at: { readonly early: boolean; readonly before: boolean } };

/** Committing or revealing in an exchange, as far as it is our turn. */
export function ExchangeDraft(props: Props) {
  const { channel, kind, parent } = props;
  const exchange = exchangeOf(parent);
  // As it stood when the page was opened: what is sent from here must not take the page away.
  const [step] = useState(() => (exchange === undefined ? undefined : nextInExchange(exchange, channel.us)));
  const [anyway, setAnyway] = useState(false);
  const now = useNow();
  if (exchange === undefined || step === undefined) return <Notice text="exchange.not_committed" />;
  if (kind.id === 'commitment') return step === 'commit' ? <Committing {...props} /> : <Notice text="exchange.committed_already" />;
  if (step === 'commit') return <Notice text="exchange.not_committed" />;
  if (step === 'done') return <Notice text="exchange.revealed_already" />;
  const before = isBefore(exchange, now);
  const insists = (): void => setAnyway(true);
  if (step === 'wait' && !anyway) return <Notice text="exchange.early" warning="exchange.reveal.early" onAnyway={insists} />;
  if (before && !anyway)
    return (
      <Notice
        text="exchange.before"
        warning="exchange.reveal.before"
        {...(exchange.exchangeAt === undefined ? {} : { at: exchange.exchangeAt })}
        onAnyway={insists}
      />
    );
  const digest = exchange.sides.find(({ party }) => party === channel.us)?.commitment?.digest ?? '';
  return <Revealing {...props} digest={digest} at={{ early: step === 'wait', before }} />;
}

function Committing({ channel, kind, parent, session, deviceKey }: Props) {
  const [secret] = useState(() => toBase64url(randomBytes(16)));
  const side = { channel: channel.id, party: channel.us, matter: parent.row.id };
  return <DraftPage {...{ channel, kind, parent, session, deviceKey }} special={commitmentDraft(side, secret)} />;
}

function Revealing({ channel, kind, parent, session, deviceKey, digest, at }: RevealingProps) {
  const query = useQuery(queries.keptWords(channel.id, parent.row.id));
  return (
    <Answered query={query}>
      {(kept) => {
        const words = kept.find((one) => one.digest === digest);
        return words === undefined ? (
          <Notice text="refusal.not_kept" />
        ) : (
          <DraftPage {...{ channel, kind, parent, session, deviceKey }} special={revealDraft(words, at)} />
        );
      }}
    </Answered>
  );
}

type NoticeProps = { readonly text: string; readonly warning?: string; readonly at?: number; readonly onAnyway?: () => void };

/** Why nothing is drafted here; `onAnyway`: whoever reads it may insist, having read `warning`. */
function Notice({ text, warning, at, onAnyway }: NoticeProps) {
  const say = useSay();
  return (
    <div className="sides page-head">
      <section className="on-ours notice">
        <h1>{say(text)}</h1>
        {warning === undefined ? null : <p>{say(warning)}</p>}
        {at === undefined ? null : (
          <p>
            {say('exchange.set_for')} <Instant at={at} />
          </p>
        )}
        {onAnyway === undefined ? null : (
          <div className="actions">
            <button type="button" className="button" onClick={onAnyway}>
              {say('exchange.reveal_anyway')}
            </button>
          </div>
        )}
      </section>
    </div>
  );
}

/** The exchange that a document opened. */
function exchangeOf({ joint, row }: DocumentView) {
  const found = joint.find((one) => one.kind === 'simultaneous_exchange' && one.entry === row.id);
  return found?.kind === 'simultaneous_exchange' ? found : undefined;
}

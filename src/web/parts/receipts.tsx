import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { Glyph } from './glyph.tsx';
import { Ago, Instant } from './when.tsx';

/** Who holds this document, in sentences; for what is not held yet, why not. */
export function Receipts({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const side = document.row.party === channel.us ? 'ours' : 'theirs';
  return (
    <section>
      <h2 className="section-title">{say('receipts.title')}</h2>
      <ul className="said-list">
        <li>
          <Glyph kind="sent" side={side} />
          <p>{say(side === 'ours' ? 'receipts.signed_ours' : 'receipts.signed_theirs', { name: channel.parties[document.row.party]?.name ?? '' })}</p>
        </li>
        {document.receipts.map((receipt) => (
          <li key={receipt.party}>
            <Glyph kind={receipt.at === undefined ? 'waiting' : 'held'} side={side} />
            <ReceiptSentence receipt={receipt} channel={channel} />
          </li>
        ))}
        {document.witnesses.map((witness) => (
          <li key={witness.host}>
            <Glyph kind={witness.at === undefined ? 'withheld' : 'witnessed'} />
            <p>
              {say(witness.at === undefined ? 'receipts.host_not_yet' : 'receipts.host_saw', { name: witness.host })}{' '}
              {witness.at === undefined ? null : <Instant at={witness.at} />}
            </p>
          </li>
        ))}
      </ul>
      <p className="muted">{say('receipts.meaning')}</p>
    </section>
  );
}

function ReceiptSentence({ receipt, channel }: { readonly receipt: DocumentView['receipts'][number]; readonly channel: ChannelView }) {
  const say = useSay();
  const party = channel.parties[receipt.party];
  const us = receipt.party === channel.us;
  const values = { name: party?.name ?? '', size: receipt.size ?? 0 };
  if (receipt.at !== undefined) {
    return (
      <p>
        {say(us ? 'receipts.we_hold' : 'receipts.they_hold', values)} <Instant at={receipt.at} />
      </p>
    );
  }
  return (
    <p>
      <strong>{say(us ? 'receipts.we_not_yet' : 'receipts.not_yet', values)}</strong>{' '}
      {us ? null : (
        <span>
          {say(whyNotHeld(party))}{' '}
          {party?.lastSeen === undefined ? null : (
            <>
              {say('receipts.last_seen')} <Ago at={party.lastSeen} />.
            </>
          )}
        </span>
      )}
    </p>
  );
}

function whyNotHeld(party: ChannelView['parties'][number] | undefined): string {
  if (party?.signs === false) return 'receipts.why_not_signing';
  return party?.reachable === false ? 'receipts.why_unreachable' : 'receipts.why_waiting';
}

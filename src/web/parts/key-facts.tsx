import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toBase64url } from '../../base/bytes.ts';
import { passkeyIn } from '../../entry/signing-key.ts';
import type { ChannelView } from '../../projection/views.ts';
import type { DeviceKey } from '../keys.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { Glyph } from './glyph.tsx';

/** A device's key as ten words to read aloud, and the command by which the party's administrator accredits it. */
export function KeyFacts({ deviceKey }: { readonly deviceKey: DeviceKey }) {
  const say = useSay();
  const passkey = passkeyIn(deviceKey.publicKey);
  return (
    <>
      <h2>{say(passkey === undefined ? 'key.title' : 'key.title_passkey')}</h2>
      {passkey === undefined ? null : <p className="muted">{say('key.passkey_site', { site: passkey.siteOrigin })}</p>}
      <p className="key-sentence" translate="no" lang="en" dir="ltr">
        {deviceKey.sentence}
      </p>
      <HowAccredited deviceKey={deviceKey} word={passkey === undefined ? toBase64url(deviceKey.publicKey) : deviceKey.actor} />
    </>
  );
}

/** The channels in which a key of ours signs already, and those in which it waits. */
export function useAccredited(key: string) {
  const { data: channels } = useQuery(queries.channels());
  if (channels === undefined) return undefined;
  const waiting = channels.filter(({ people, us }) => !people.some(({ actor, party }) => actor === key && party === us));
  return { channels, waiting, accredited: channels.filter((channel) => !waiting.includes(channel)) };
}

/** In which channels the key signs already, and what must happen where it does not. */
function HowAccredited({ deviceKey, word }: { readonly deviceKey: DeviceKey; readonly word: string }) {
  const say = useSay();
  const { data: session } = useQuery(queries.session());
  const places = useAccredited(deviceKey.actor);
  if (places === undefined || session?.accreditation === undefined) return null;
  const { channels, waiting, accredited } = places;
  return (
    <>
      <div role="status">
        {accredited.length === 0 ? null : (
          <ul className="said-list">
            {accredited.map(({ id, title }) => (
              <li key={id}>
                <Glyph kind="verified" />
                <p>{say('key.accredited', { channel: title })}</p>
              </li>
            ))}
          </ul>
        )}
      </div>
      {channels.length > 0 && waiting.length === 0 ? null : session.accreditation === 'by_itself' ? (
        <p className="lead">{say('key.by_itself')}</p>
      ) : (
        <AccreditSteps add={session.accreditation.add} word={word} channels={waiting} named={channels.length > 1} />
      )}
    </>
  );
}

/** The steps to an accreditation; the channel is named where the node has several, as the command asks for it. */
function AccreditSteps({
  add,
  word,
  channels,
  named,
}: {
  readonly add: readonly [before: string, after: string];
  readonly word: string;
  readonly channels: readonly ChannelView[];
  readonly named: boolean;
}) {
  const say = useSay();
  const [before, after] = add;
  const lines = channels.map(({ id }) => [before, word, after, named ? `--channel ${id}` : ''].filter((part) => part !== '').join(' '));
  return (
    <>
      <h2>{say('key.next_title')}</h2>
      <ol className="steps">
        <li>{say('key.step_read')}</li>
        <li>
          {say(lines.length === 0 ? 'key.step_no_channel' : 'key.step_run')}
          {lines.map((line) => (
            <CopyLine key={line} text={line} />
          ))}
        </li>
        <li>{say('key.step_held')}</li>
      </ol>
    </>
  );
}

/** Text of evidence with a button that copies it. */
export function CopyLine({ text }: { readonly text: string }) {
  const say = useSay();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <span className="copy-line">
      <code className="hash">{text}</code>
      <button type="button" className="text-button" onClick={() => void copy()}>
        <span aria-live="polite">{say(copied ? 'act.copied' : 'act.copy')}</span>
      </button>
    </span>
  );
}

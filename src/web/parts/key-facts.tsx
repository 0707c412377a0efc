import { useState } from 'react';
import { toBase64url } from '../../base/bytes.ts';
import { passkeyIn } from '../../entry/signing-key.ts';
import type { DeviceKey } from '../keys.ts';
import { useSay } from '../say.tsx';

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
      <h2>{say('key.next_title')}</h2>
      <ol className="steps">
        <li>{say('key.step_read')}</li>
        <li>
          {say('key.step_run')}
          <CopyLine text={`parley representative add ${passkey === undefined ? toBase64url(deviceKey.publicKey) : deviceKey.actor}`} />
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

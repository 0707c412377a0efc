import { useState } from 'react';
import { toBase64url } from '../../base/bytes.ts';
import type { DeviceKey } from '../keys.ts';
import { useSay } from '../say.tsx';

/** A device's key as ten words to read aloud, and the command by which the party's administrator accredits it. */
export function KeyFacts({ deviceKey, name, post }: { readonly deviceKey: DeviceKey; readonly name: string; readonly post: string }) {
  const say = useSay();
  const command = accreditCommand(deviceKey, name, post);
  return (
    <>
      <h2>{say('key.title')}</h2>
      <p className="key-sentence" translate="no" lang="en" dir="ltr">
        {deviceKey.sentence}
      </p>
      <h2>{say('key.next_title')}</h2>
      <ol className="steps">
        <li>{say('key.step_read')}</li>
        <li>
          {say('key.step_run')}
          <CopyLine text={command} />
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

/** The command an administrator runs, arguments quoted for a POSIX shell. */
export function accreditCommand(key: DeviceKey, name: string, post: string): string {
  return ['parley representative add', '--name', quote(name), '--post', quote(post), '--key', toBase64url(key.publicKey)].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

import { wordlist } from '@scure/bip39/wordlists/english.js';
import { toBase64url, utf8 } from '../../base/bytes.ts';
import { strictJson } from '../../base/json.ts';
import { keySentence } from '../../entry/actor.ts';
import type { UnsignedEntry } from '../../entry/entry.ts';
import { saveFile } from '../save-file.ts';
import { useSay } from '../say.tsx';
import { CopyLine } from './key-facts.tsx';

/** The hash of what is to be signed, in ten words: another machine reads the same bytes and says the same words, or this screen shows another text. */
export function SignedHash({ unsigned }: { readonly unsigned: UnsignedEntry }) {
  const say = useSay();
  const { id, text, body } = unsigned;
  const save = () => saveFile(`${id.slice(0, 12)}.unsigned`, utf8(strictJson({ v: 1, text, body: toBase64url(body) })), 'application/json');
  return (
    <section className="signed-hash">
      <h3>{say('hash.title')}</h3>
      <p className="hash-words" translate="no" lang="en" dir="ltr">
        {keySentence(id, wordlist)}
      </p>
      <details className="disclosure">
        <summary>{say('hash.compare')}</summary>
        <p>{say('hash.compare_text')}</p>
        <p>
          <CopyLine text={`parley show ${id.slice(0, 12)}.unsigned --hash`} />
        </p>
        <p className="actions">
          <button type="button" className="text-button" onClick={save}>
            {say('hash.save')}
          </button>
        </p>
        <p className="muted">{say('hash.whole')}</p>
        <p>
          <CopyLine text={id} />
        </p>
      </details>
    </section>
  );
}

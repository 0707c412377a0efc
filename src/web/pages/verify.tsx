import { useEffect, useRef, useState } from 'react';
import { DropZone, type FileDropItem } from 'react-aria-components';
import { utf8 } from '../../base/bytes.ts';
import type { VerifyView } from '../../projection/views.ts';
import { verifyGiven } from '../acts/verify-file.ts';
import { Size } from '../parts/attachments.tsx';
import { Glyph, type GlyphKind } from '../parts/glyph.tsx';
import { useSay } from '../say.tsx';

type State =
  | { readonly step: 'empty' }
  | { readonly step: 'checking'; readonly name: string; readonly size: number }
  | { readonly step: 'checked'; readonly name: string; readonly size: number; readonly view: VerifyView | undefined };

const VERDICTS: Readonly<Record<VerifyView['verdict'], GlyphKind>> = { verified: 'verified', 'not-verified': 'failed', fork: 'fork' };

/** Anyone can check: a file or pasted text, on this device alone, said in sentences. */
export function Verify() {
  const say = useSay();
  const [state, setState] = useState<State>({ step: 'empty' });
  const [pasted, setPasted] = useState('');
  const check = async (name: string, bytes: Uint8Array) => {
    setState({ step: 'checking', name, size: bytes.length });
    // The browser paints the line above before the work begins.
    await new Promise((resolve) => setTimeout(resolve, 0));
    setState({ step: 'checked', name, size: bytes.length, view: await verifyGiven(bytes) });
  };
  const open = async (file: File | undefined) => {
    if (file !== undefined) await check(file.name, new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <div className="sides threshold verify-page">
      <section className="on-ours stack">
        <h1>{say('verify_page.title')}</h1>
        <p className="lead">{say('verify_page.lead')}</p>
        <DropZone
          className="drop-zone"
          onDrop={(event) => {
            const item = event.items.find((one): one is FileDropItem => one.kind === 'file');
            if (item !== undefined) void item.getFile().then(open);
          }}
        >
          <ChooseFile onFile={(file) => void open(file)} />
        </DropZone>
        <form
          className="field"
          onSubmit={(event) => {
            event.preventDefault();
            if (pasted.trim() !== '') void check(say('verify_page.pasted'), utf8(pasted));
          }}
        >
          <label htmlFor="verify-text">{say('verify_page.paste')}</label>
          <textarea id="verify-text" className="input evidence-input" dir="ltr" spellCheck={false} value={pasted} onChange={(event) => setPasted(event.target.value)} />
          <div className="actions">
            <button type="submit" className="button" disabled={pasted.trim() === ''}>
              {say('verify_page.check')}
            </button>
          </div>
        </form>
      </section>
      <section className="on-theirs stack" aria-live="polite">
        {state.step === 'checked' ? <Result name={state.name} size={state.size} view={state.view} /> : null}
        {state.step === 'checking' ? <p role="status">{say('verify_page.checking', { name: state.name })}</p> : null}
        {state.step === 'empty' ? <p className="lead muted">{say('verify_page.nothing_yet')}</p> : null}
        <p className="not-proved">
          <strong>{say('verify_page.not_proved')}</strong>
        </p>
      </section>
    </div>
  );
}

function Result({ name, size, view }: { readonly name: string; readonly size: number; readonly view: VerifyView | undefined }) {
  const say = useSay();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <p className="muted">
        <bdi>{name}</bdi>, <Size bytes={size} />
      </p>
      {view === undefined ? (
        <h2>{say('verify_page.too_large')}</h2>
      ) : (
        <>
          <h2 className="verdict" tabIndex={-1} ref={heading}>
            <Glyph kind={VERDICTS[view.verdict]} /> {say(`verify_page.verdict.${view.verdict}`)}
          </h2>
          <ul className="said-list">
            {view.sentences.map((sentence) => (
              <li key={sentence.phrase.id + JSON.stringify(sentence.phrase.values)}>
                <Glyph kind={sentence.ok === null ? 'withheld' : sentence.ok ? 'verified' : 'failed'} />
                <p>{say(sentence.phrase)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function ChooseFile({ onFile }: { readonly onFile: (file: File) => void }) {
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <p className="lead">{say('verify_page.drop')}</p>
      <label htmlFor="verify-file" className="sr-only">
        {say('verify_page.choose')}
      </label>
      <input
        ref={input}
        id="verify-file"
        type="file"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
          event.target.value = '';
        }}
      />
      <button type="button" className="button primary" onClick={() => input.current?.click()}>
        {say('verify_page.choose')}
      </button>
    </>
  );
}

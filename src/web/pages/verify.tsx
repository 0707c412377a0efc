import { useEffect, useRef, useState } from 'react';
import { DropZone, type FileDropItem } from 'react-aria-components';
import { utf8 } from '../../base/bytes.ts';
import type { FileVerdict } from '../../verify/verify-file.ts';
import { type VerifyProgress, verifyGiven } from '../acts/verify-file.ts';
import { Size } from '../parts/attachments.tsx';
import { Glyph, type GlyphKind } from '../parts/glyph.tsx';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';

type State =
  | { readonly step: 'empty' }
  | { readonly step: 'checking'; readonly name: string; readonly progress: VerifyProgress | undefined }
  | { readonly step: 'checked'; readonly name: string; readonly size: number; readonly view: FileVerdict | undefined };

const VERDICTS: Readonly<Record<FileVerdict['verdict'], GlyphKind>> = { verified: 'verified', 'not-verified': 'failed', fork: 'fork' };

/** What no file proves; it stands on the page before, during and after every check. */
const NOT_PROVED = 'verify.not_proved_true';

/** Anyone can check: a file or pasted text, on this device alone, said in sentences. */
export function Verify() {
  const say = useSay();
  const [state, setState] = useState<State>({ step: 'empty' });
  const [pasted, setPasted] = useState('');
  const check = async (name: string, bytes: Uint8Array) => {
    setState({ step: 'checking', name, progress: undefined });
    // The browser paints the line above before the work begins.
    await new Promise((resolve) => setTimeout(resolve, 0));
    setState({
      step: 'checked',
      name,
      size: bytes.length,
      view: await verifyGiven(bytes, (progress) => setState({ step: 'checking', name, progress })),
    });
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
          <textarea
            id="verify-text"
            className="input evidence-input"
            dir="ltr"
            spellCheck={false}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
          <div className="actions">
            <button type="submit" className="button" disabled={pasted.trim() === ''}>
              {say('verify_page.check')}
            </button>
          </div>
        </form>
      </section>
      <section className="on-theirs stack" aria-live="polite">
        {state.step === 'checked' ? <Result name={state.name} size={state.size} view={state.view} /> : null}
        {state.step === 'checking' ? <Checking name={state.name} progress={state.progress} /> : null}
        {state.step === 'empty' ? <p className="lead muted">{say('verify_page.nothing_yet')}</p> : null}
        <p className="not-proved">
          <strong>{say(NOT_PROVED)}</strong>
        </p>
      </section>
    </div>
  );
}

function Checking({ name, progress }: { readonly name: string; readonly progress: VerifyProgress | undefined }) {
  const say = useSay();
  return (
    <p role="status">
      {progress === undefined || progress.total === 0
        ? say('verify_page.checking', { name })
        : say(`verify_page.step.${progress.step}`, { done: progress.done, total: progress.total })}
    </p>
  );
}

function Result({ name, size, view }: { readonly name: string; readonly size: number; readonly view: FileVerdict | undefined }) {
  const say = useSay();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <p className="muted">
        <bdi>{visible(name)}</bdi>, <Size bytes={size} />
      </p>
      {view === undefined ? (
        <h2>{say('verify_page.too_large')}</h2>
      ) : (
        <>
          <h2 className="verdict" tabIndex={-1} ref={heading}>
            <Glyph kind={VERDICTS[view.verdict]} /> {say(`verify_page.verdict.${view.verdict}`)}
          </h2>
          <ul className="said-list">
            {view.sentences
              .filter((sentence) => sentence.phrase.id !== NOT_PROVED)
              .map((sentence) => (
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

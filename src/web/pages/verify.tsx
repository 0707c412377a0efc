import { useEffect, useRef, useState } from 'react';
import { utf8 } from '../../base/bytes.ts';
import { NOT_PROVED_TRUE } from '../../verify/say-verdict.ts';
import type { FileVerdict } from '../../verify/verify-file.ts';
import { type VerifyProgress, verifyGiven } from '../acts/verify-file.ts';
import { Size } from '../parts/size.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';
import { useWindowTitle } from '../window-title.ts';

type State =
  | { readonly step: 'empty' }
  | {
      readonly step: 'checking';
      readonly name: string;
      readonly started: number;
      readonly progress: VerifyProgress | undefined;
      readonly end: () => void;
    }
  | { readonly step: 'checked'; readonly name: string; readonly size: number; readonly view: FileVerdict | undefined };

/** Anyone can check: a file or pasted text, on this device alone, said in sentences. What no file proves stands before, during and after. */
export function Verify() {
  const say = useSay();
  useWindowTitle(say('verify_page.title'));
  const [state, check] = useCheck();
  const [pasted, setPasted] = useState('');
  return (
    <div className="sides threshold verify-page">
      <section className="on-ours stack">
        <h1>{say('verify_page.title')}</h1>
        <p className="lead">{say('verify_page.lead')}</p>
        <DropHere onFile={(file) => void file.arrayBuffer().then((bytes) => check(file.name, new Uint8Array(bytes)))} />
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
            {location.protocol === 'file:' ? null : (
              <a className="text-button" href="/verify" download="parley-verifier.html">
                {say('verify_page.keep')}
              </a>
            )}
          </div>
        </form>
      </section>
      <section className="on-theirs stack">
        {state.step === 'checked' ? <Result name={state.name} size={state.size} view={state.view} /> : null}
        {state.step === 'checking' ? <Checking {...state} /> : null}
        {state.step === 'empty' ? <p className="lead muted">{say('verify_page.nothing_yet')}</p> : null}
        <p className="not-proved">
          <strong>{say(NOT_PROVED_TRUE)}</strong>
        </p>
      </section>
    </div>
  );
}

/** One check at a time: a new file, or a person, ends the one before. */
function useCheck(): [State, (name: string, bytes: Uint8Array) => Promise<void>] {
  const [state, setState] = useState<State>({ step: 'empty' });
  const running = useRef<AbortController>(undefined);
  const check = async (name: string, bytes: Uint8Array): Promise<void> => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    const end = (): void => {
      own.abort();
      setState({ step: 'empty' });
    };
    const started = performance.now();
    setState({ step: 'checking', name, started, progress: undefined, end });
    const view = await verifyGiven(
      bytes,
      (progress) => {
        if (!own.signal.aborted) setState({ step: 'checking', name, started, progress, end });
      },
      own.signal,
    );
    if (!own.signal.aborted) setState({ step: 'checked', name, size: bytes.length, view });
  };
  useEffect(() => () => running.current?.abort(), []);
  return [state, check];
}

/** Milliseconds between two things said to a screen reader during one check. */
const SAY_EVERY_MS = 5000;

function Checking({ name, started, progress, end }: Extract<State, { step: 'checking' }>) {
  const say = useSay();
  const { done, total, step } = progress ?? { done: 0, total: 0, step: 'tree' };
  const seconds = (performance.now() - started) / 1000;
  const text = total === 0 ? say('verify_page.checking', { name: visible(name) }) : say(`verify_page.step.${step}`, { done, total });
  const lastSaid = useRef({ at: started, text });
  const now = performance.now();
  if (now - lastSaid.current.at > SAY_EVERY_MS) lastSaid.current = { at: now, text };
  return (
    <div className="stack">
      <p role="status" className="sr-only">
        {lastSaid.current.text}
      </p>
      <p>
        {text}
        {seconds < 1 || done === 0 ? null : <span className="muted"> {say('verify_page.rate', { rate: Math.round(done / seconds) })}</span>}
      </p>
      <progress className="check-progress" aria-label={say('verify_page.checking', { name: visible(name) })} max={Math.max(1, total)} value={done} />
      <p className="actions">
        <button type="button" className="button" onClick={end}>
          {say('verify_page.cancel')}
        </button>
      </p>
    </div>
  );
}

function Result({ name, size, view }: { readonly name: string; readonly size: number; readonly view: FileVerdict | undefined }) {
  const say = useSay();
  return (
    <>
      <p className="muted">
        <bdi>{visible(name)}</bdi>, <Size bytes={size} />
      </p>
      {view === undefined ? <h2>{say('verify_page.too_large')}</h2> : <Verdict view={view} takeFocus />}
    </>
  );
}

function DropHere({ onFile }: { readonly onFile: (file: File) => void }) {
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same for everybody
    <div
      className="drop-zone"
      {...(over ? { 'data-drop-target': true } : {})}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined) onFile(file);
      }}
    >
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
    </div>
  );
}

import { useId, useRef, useState } from 'react';
import type { FormField } from '../../document/form.ts';
import type { AttachmentValue } from '../../document/kind.ts';
import { type AttachProgress, attachFile } from '../acts/attach-file.ts';
import { useSay } from '../say.tsx';
import { fieldId } from './draft-field.tsx';
import { FieldFrame } from './fields.tsx';
import { RefusalNotice } from './refusal-notice.tsx';
import { Size } from './size.tsx';

type Upload = { readonly name: string; readonly size: number; readonly progress: AttachProgress; readonly stop: AbortController };

type AttachFieldProps = {
  readonly one: FormField;
  readonly channel: string;
  readonly files: readonly AttachmentValue[];
  readonly onChange: (change: (files: readonly AttachmentValue[]) => readonly AttachmentValue[]) => void;
  readonly fault: string | undefined;
};

/** Files of a draft: chosen, hashed here with progress and a way to stop, stored on our node; they reach nobody before the document is signed. */
export function AttachField({ one, channel, files, onChange, fault }: AttachFieldProps) {
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  const inputId = useId();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [error, setError] = useState<unknown>(undefined);
  const add = async (file: File) => {
    const stop = new AbortController();
    const upload: Upload = { name: file.name, size: file.size, progress: { step: 'reading', done: 0, of: 1 }, stop };
    setError(undefined);
    setUploads((all) => [...all, upload]);
    try {
      const value = await attachFile(
        channel,
        file,
        (progress) => setUploads((all) => all.map((other) => (other.stop === stop ? { ...other, progress } : other))),
        stop.signal,
      );
      onChange((all) => [...all, value]);
    } catch (cause) {
      if (!stop.signal.aborted) setError(cause);
    } finally {
      setUploads((all) => all.filter((other) => other.stop !== stop));
    }
  };
  return (
    <FieldFrame id={fieldId('attachments')} label={say('compose.optional', { label: say(one.label) })} hint={say(one.help)} fault={fault} group>
      {error === undefined ? null : <RefusalNotice error={error} />}
      <ul className="file-list">
        {files.map((file) => (
          <li key={file.root}>
            <bdi>{file.name}</bdi>
            <span className="muted">
              <Size bytes={file.size} />
            </span>
            <button type="button" className="text-button" onClick={() => onChange((all) => all.filter((other) => other.root !== file.root))}>
              {say('attach.remove')} <span className="sr-only">{file.name}</span>
            </button>
          </li>
        ))}
        {uploads.map((upload) => (
          <li key={upload.name + upload.size}>
            <bdi>{upload.name}</bdi>
            <span className="muted" role="status">
              {say(`attach.${upload.progress.step}`, { percent: Math.floor((100 * upload.progress.done) / upload.progress.of) })}
            </span>
            <button type="button" className="text-button" onClick={() => upload.stop.abort()}>
              {say('act.cancel')}
            </button>
          </li>
        ))}
      </ul>
      <label htmlFor={inputId} className="sr-only">
        {say('attach.choose')}
      </label>
      <input
        ref={input}
        id={inputId}
        type="file"
        multiple
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          for (const file of event.target.files ?? []) void add(file);
          event.target.value = '';
        }}
      />
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {say('attach.choose')}
      </button>
    </FieldFrame>
  );
}

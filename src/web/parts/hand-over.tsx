import { useState } from 'react';
import { labelOf } from '../../document/form.ts';
import { kindOf } from '../../document/registry.ts';
import type { DocumentView } from '../../projection/views.ts';
import { saveProof } from '../acts/save-proof.ts';
import { useSay } from '../say.tsx';
import { RefusalNotice } from './refusal-notice.tsx';

/** Handing a proof of one document to somebody outside: what it shows, what may be left out of it, and the file itself. */
export function HandOver({ document }: { readonly document: DocumentView }) {
  const say = useSay();
  const [withheld, setWithheld] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<unknown>(undefined);
  const { kind, id } = document.row;
  // What frames a document is always disclosed: without it nobody could tell what was said.
  const content = (kindOf(kind)?.fields ?? []).filter((field) => !field.frame && field.name in document.fields);
  const toggle = (name: string, on: boolean) => setWithheld((now) => new Set(on ? [...now, name] : [...now].filter((other) => other !== name)));
  const save = async () => {
    setError(undefined);
    await saveProof(document.channel, id, [...withheld]).catch(setError);
  };
  return (
    <section className="hand-over">
      <h2 className="section-title">{say('proof.title')}</h2>
      <p className="muted">{say('proof.text')}</p>
      {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
      {content.length === 0 ? null : (
        <details className="disclosure">
          <summary>{say('proof.withhold', { count: withheld.size })}</summary>
          <fieldset className="radio-group">
            <legend className="muted">{say('proof.withhold_text')}</legend>
            {content.map(({ name }) => (
              <label key={name} className="check">
                <input type="checkbox" checked={withheld.has(name)} onChange={(event) => toggle(name, event.target.checked)} />
                {say(labelOf(kind, name))}
              </label>
            ))}
          </fieldset>
        </details>
      )}
      <p className="actions">
        <button type="button" className="button" onClick={() => void save()}>
          {say('proof.save')}
        </button>
      </p>
    </section>
  );
}

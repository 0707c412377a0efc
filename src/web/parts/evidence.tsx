import { fromBase64 } from '../../base/bytes.ts';
import type { DocumentView } from '../../projection/views.ts';
import { saveFile } from '../save-file.ts';
import { useSay } from '../say.tsx';
import { CopyLine } from './key-facts.tsx';

/** Hashes and bytes, one click away and never in the way. */
export function Evidence({ document }: { readonly document: DocumentView }) {
  const say = useSay();
  const { evidence } = document;
  const facts: readonly (readonly [string, string])[] = [
    ['evidence.id', evidence.id],
    ['evidence.leaf', evidence.leafHash],
    ['evidence.log', evidence.origin],
    ['evidence.root', evidence.root],
  ];
  const save = (name: string, base64: string) => {
    const bytes = fromBase64(base64);
    if (bytes !== undefined) saveFile(name, bytes);
  };
  return (
    <details className="disclosure">
      <summary>{say('evidence.title')}</summary>
      <p className="muted">{say('evidence.place', { number: evidence.index + 1, size: evidence.size })}</p>
      <dl className="evidence-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{say(name)}</dt>
            <dd>
              <CopyLine text={value} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="actions">
        <button type="button" className="text-button" onClick={() => save(`${evidence.id.slice(0, 12)}.entry`, document.entry)}>
          {say('evidence.save_entry')}
        </button>
        <button type="button" className="text-button" onClick={() => save(`${evidence.id.slice(0, 12)}.body`, document.body)}>
          {say('evidence.save_body')}
        </button>
      </p>
    </details>
  );
}

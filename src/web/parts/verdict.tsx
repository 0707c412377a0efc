import { useEffect, useRef } from 'react';
import { failedFirst, sayVerdict } from '../../verify/say-verdict.ts';
import { type ShownDocument, showDocuments } from '../../verify/shown-document.ts';
import type { FileVerdict } from '../../verify/verify-file.ts';
import { useSay } from '../say.tsx';
import { Glyph, type GlyphKind } from './glyph.tsx';

const MARKS: Readonly<Record<FileVerdict['verdict'], GlyphKind>> = { verified: 'verified', 'not-verified': 'failed', fork: 'fork' };

/** What a file proves: the verdict, its sentences, and of a proof every document as far as it is shown. The last sentence stands elsewhere on the page. */
export function Verdict({ view, takeFocus = false }: { readonly view: FileVerdict; readonly takeFocus?: boolean }) {
  const say = useSay();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus();
  }, [takeFocus]);
  const said = failedFirst(sayVerdict(say, view).slice(0, -1));
  const documents = view.proved === undefined ? [] : showDocuments(say, view.proved);
  return (
    <>
      <h2 className="verdict" tabIndex={-1} ref={heading}>
        <Glyph kind={MARKS[view.verdict]} /> {say(`verify_page.verdict.${view.verdict}`)}
      </h2>
      <ul className="said-list">
        {said.map(({ ok, text }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a verdict never changes, and two documents may have the same sentence
          <li key={at} data-ok={String(ok)}>
            <Glyph kind={ok === null ? 'withheld' : ok ? 'verified' : 'failed'} />
            <p>{text}</p>
          </li>
        ))}
      </ul>
      {documents.length === 0 ? null : (
        <section className="shown-documents">
          <h3 className="section-title">{say('proof_page.documents')}</h3>
          {documents.map((document) => (
            <Shown key={document.id} document={document} />
          ))}
        </section>
      )}
    </>
  );
}

function Shown({ document }: { readonly document: ShownDocument }) {
  const say = useSay();
  const { title, party, time, id, fields, withheld } = document;
  return (
    <article className="shown-document sheet">
      <h4>
        {title}, <bdi>{party}</bdi>
      </h4>
      <p className="muted">{time}</p>
      <dl>
        {fields.map(({ name, label, text, long }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd className={long ? 'party-text' : 'party-line'} dir="auto">
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {withheld === 0 ? null : <p className="withheld">{say('proof_page.withheld', { count: withheld })}</p>}
      <p>
        <code className="hash">{id}</code>
      </p>
    </article>
  );
}

import { Link } from '@tanstack/react-router';
import type { DocumentView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';

/** Handing a proof of a document to somebody outside begins with choosing what it shows. */
export function HandOver({ document }: { readonly document: DocumentView }) {
  const say = useSay();
  return (
    <section className="hand-over">
      <h2 className="section-title">{say('proof.title')}</h2>
      <p className="muted">{say('proof.text')}</p>
      <p className="actions">
        <Link className="button" to="/c/$channel/disclose" params={{ channel: document.channel }} search={{ document: document.row.id }}>
          {say('proof.choose')}
        </Link>
      </p>
    </section>
  );
}

import { Link } from '@tanstack/react-router';
import { KINDS, kindOf } from '../../document/registry.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';

/** The acts offered first on a document, when its kind takes them. */
const FIRST = ['reply', 'position', 'communication_check_answer'] as const;

/** What we can do with a document: answer it, take a position, ask about it. */
export function DocumentActs({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const { row } = document;
  if (!row.valid || !channel.open) return null;
  const joining = KINDS.filter(
    (kind) => kind.signedBy === 'representative' && kind.joins.includes(row.kind) && mayJoin(kind.id, row.party === channel.us),
  );
  const first = joining.filter((kind) => (FIRST as readonly string[]).includes(kind.id));
  const rest = joining.filter((kind) => !first.includes(kind));
  const asks = kindOf('request')?.opens === true && row.kind !== 'request';
  const own = row.party === channel.us;
  return (
    <section className="document-acts">
      <h2 className="section-title">{say(own ? 'acts.title_own' : 'acts.title')}</h2>
      <div className="actions">
        {first.map((kind, i) => (
          <Link
            key={kind.id}
            className={i === 0 && !own ? 'button primary' : 'button'}
            to="/c/$channel/compose"
            params={{ channel: channel.id }}
            search={{ kind: kind.id, to: row.id }}
          >
            {say('acts.answer', { kind: kind.id, name: say(`kind.${kind.id}`) })}
          </Link>
        ))}
        {asks ? (
          <Link
            className={first.length === 0 && !own ? 'button primary' : 'button'}
            to="/c/$channel/compose"
            params={{ channel: channel.id }}
            search={{ kind: 'request', to: row.id }}
          >
            {say(own ? 'acts.ask_own' : 'acts.ask')}
          </Link>
        ) : null}
        {rest.map((kind) => (
          <Link key={kind.id} className="button" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind: kind.id, to: row.id }}>
            {say('acts.add', { kind: say(`kind.${kind.id}`) })}
          </Link>
        ))}
      </div>
    </section>
  );
}

/** Nobody answers their own request or check; everything else either side may add. */
function mayJoin(kind: string, own: boolean): boolean {
  return !own || (kind !== 'reply' && kind !== 'communication_check_answer');
}

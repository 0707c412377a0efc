import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { KINDS, kindOf } from '../../document/registry.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { DraftPage } from '../parts/draft-page.tsx';
import { Answered } from '../parts/states.tsx';
import { UnusedNotice } from '../parts/unused-notice.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { useDeviceKey } from '../use-device-key.ts';

/** Kinds in the first menu; the rest come after. */
const FIRST_MENU = 7;

/** Writing a document: choose what, write it on our side, see opposite what leaves, sign. */
export function Compose() {
  const { channel } = useParams({ from: '/c/$channel/compose' });
  const { kind, to } = useSearch({ from: '/c/$channel/compose' });
  const channelQuery = useQuery(queries.channel(channel));
  return (
    <Answered query={channelQuery}>
      {(data) =>
        kind === undefined || kindOf(kind)?.signedBy !== 'representative' ? (
          <Choose channel={data} asked={kind} />
        ) : to === undefined ? (
          <Ready key={`${channel} ${kind}`} channel={data} kind={kind} />
        ) : (
          <WithParent key={`${channel} ${kind} ${to}`} channel={data} kind={kind} to={to} />
        )
      }
    </Answered>
  );
}

function WithParent({ channel, kind, to }: { readonly channel: ChannelView; readonly kind: string; readonly to: string }) {
  const query = useQuery(queries.document(channel.id, to));
  return (
    <Answered query={query}>
      {(parent) =>
        parent.row.unacknowledged ? <NotYet channel={channel} parent={parent} /> : <Ready channel={channel} kind={kind} parent={parent} />
      }
    </Answered>
  );
}

/** Nobody writes what would be refused: the node takes no answer to somebody whom nobody here has acknowledged. */
function NotYet({ channel, parent }: { readonly channel: ChannelView; readonly parent: DocumentView }) {
  return (
    <div className="sides page-head">
      <section className="on-ours notice">
        <UnusedNotice channel={channel.id} signer={parent.row.signer} text="unused.no_answer" heading="h1" />
      </section>
    </div>
  );
}

function Ready({ channel, kind: id, parent }: { readonly channel: ChannelView; readonly kind: string; readonly parent?: DocumentView }) {
  const session = useQuery(queries.session());
  const key = useDeviceKey(session.data);
  const kind = kindOf(id);
  if (kind === undefined || session.data === undefined || key.isPending) return null;
  return <DraftPage channel={channel} kind={kind} parent={parent} session={session.data} deviceKey={key.data ?? null} />;
}

function Choose({ channel, asked }: { readonly channel: ChannelView; readonly asked: string | undefined }) {
  const say = useSay();
  const kinds = KINDS.filter((kind) => kind.signedBy === 'representative' && kind.opens);
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  const nonPaper = asked?.toLowerCase().replaceAll(/[^a-z]/g, '') === 'nonpaper';
  return (
    <>
      <div className="sides page-head">
        <div className="on-ours">
          <h1>{say('compose.choose')}</h1>
        </div>
      </div>
      <div className="sides">
        <ul className="on-ours kind-list">
          {kinds.slice(0, FIRST_MENU).map((kind) => (
            <li key={kind.id} className="kind-item sheet">
              <Link className="row-link" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind: kind.id }}>
                <strong>{say(`kind.${kind.id}`)}</strong>
              </Link>
              <p className="muted">{say(`kind.${kind.id}.help`)}</p>
            </li>
          ))}
          {kinds.slice(FIRST_MENU).map((kind) => (
            <li key={kind.id} className="kind-item sheet">
              <Link className="row-link" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind: kind.id }}>
                <strong>{say(`kind.${kind.id}`)}</strong>
              </Link>
            </li>
          ))}
        </ul>
        <div className="on-theirs stack">
          {nonPaper ? (
            <div className="notice">
              <h2>{say('problem.title')}</h2>
              <p>{say('refusal.non_paper')}</p>
              <p className="muted">{say('refusal.non_paper.next')}</p>
            </div>
          ) : null}
          <p className="muted lead">{say('compose.answers_hint')}</p>
        </div>
      </div>
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { isHeldTo, mayBeTakenBack, takesBack } from '../../document/about-entries.ts';
import type { Kind } from '../../document/kind.ts';
import { menuOf, searchKinds } from '../../document/menu.ts';
import { kindOf } from '../../document/registry.ts';
import { isHeldToExchange } from '../../projection/joint/exchange.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { isOfExchange } from '../exchange-draft.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { usePageTitle } from '../page-title.ts';
import { DraftPage } from '../parts/draft-page.tsx';
import { ExchangeDraft } from '../parts/exchange-draft.tsx';
import { TextField } from '../parts/fields.tsx';
import { Answered } from '../parts/states.tsx';
import { UnusedNotice } from '../parts/unused-notice.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { useDeviceKey } from '../use-device-key.ts';

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
        ) : to === undefined && kindOf(kind)?.opens !== true ? (
          <NeedsDocument channel={data} kind={kind} />
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
        parent.row.unacknowledged ? <NotYet channel={channel} parent={parent} /> : <WhereAllowed channel={channel} kind={kind} parent={parent} />
      }
    </Answered>
  );
}

function WhereAllowed({ channel, kind, parent }: Omit<NotTakenBackProps, 'reason'>) {
  // As it stood when the page was opened: what is sent from here must not take the page away.
  const [reason] = useState(() => whyNotTakenBack(kind, parent, channel.us));
  return reason === undefined ? (
    <Ready channel={channel} kind={kind} parent={parent} />
  ) : (
    <NotTakenBack channel={channel} kind={kind} parent={parent} reason={reason} />
  );
}

/** Why what somebody means to withdraw or correct is not theirs to take back; a link to such a form may have been written by hand. */
function whyNotTakenBack(kind: string, { row, withdrawal, joint }: DocumentView, us: number): string | undefined {
  const of = kindOf(row.kind);
  if (!takesBack(kind)) return undefined;
  if (row.party !== us) return 'compose.not_own';
  if (isHeldTo(row.kind)) return 'joint.finding.exchange_stands';
  if (kind === 'withdrawal' && isHeldToExchange(row, joint)) return 'joint.finding.exchange_committed';
  if (of === undefined || !mayBeTakenBack(of)) return 'compose.not_taken_back';
  return kind === 'withdrawal' && withdrawal !== undefined ? 'refusal.withdrawn' : undefined;
}

type NotTakenBackProps = { readonly channel: ChannelView; readonly kind: string; readonly parent: DocumentView; readonly reason: string };

function NotTakenBack({ channel, kind, parent, reason }: NotTakenBackProps) {
  const say = useSay();
  return (
    <div className="sides page-head">
      <section className="on-ours notice">
        <h1>{say(`kind.${kind}`)}</h1>
        <p>{say(reason)}</p>
        <p>
          <Link className="button" to="/c/$channel/documents/$id" params={{ channel: channel.id, id: parent.row.id }}>
            {say('sent.open')}
          </Link>
        </p>
      </section>
    </div>
  );
}

/** A kind that answers something is written from there: what it is about is never guessed. */
function NeedsDocument({ channel, kind }: { readonly channel: ChannelView; readonly kind: string }) {
  const say = useSay();
  return (
    <div className="sides page-head">
      <section className="on-ours notice">
        <h1>{say(`kind.${kind}`)}</h1>
        <p>{say('compose.needs_document')}</p>
        <p>
          <Link className="button" to="/c/$channel" params={{ channel: channel.id }}>
            {say('nav.table')}
          </Link>
        </p>
      </section>
    </div>
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
  if (isOfExchange(kind) && parent !== undefined)
    return <ExchangeDraft channel={channel} kind={kind} parent={parent} session={session.data} deviceKey={key.data ?? null} />;
  return <DraftPage channel={channel} kind={kind} parent={parent} session={session.data} deviceKey={key.data ?? null} />;
}

function Choose({ channel, asked }: { readonly channel: ChannelView; readonly asked: string | undefined }) {
  const say = useSay();
  usePageTitle(say('compose.choose'));
  const [typed, setTyped] = useState('');
  const menu = channel.profile?.menu;
  const { first, more } = useMemo(() => menuOf(menu), [menu]);
  const searching = typed.trim() !== '';
  const found = searchKinds(say, searching ? [...first, ...more] : more, typed);
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
        <div className="on-ours stack">
          <TextField id="find-kind" label={say('menu.find')} hint={say('menu.find_hint')} value={typed} onChange={setTyped} />
          <p className={searching ? 'muted' : 'sr-only'} role="status">
            {searching ? say('menu.found', { count: found.length }) : ''}
          </p>
          {searching ? null : <KindList title={say('menu.often')} kinds={first} channel={channel.id} />}
          {found.length === 0 ? null : (
            <KindList title={searching ? undefined : say('menu.all')} kinds={found} channel={channel.id} inPairs={!searching} />
          )}
        </div>
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

type KindListProps = {
  readonly title: string | undefined;
  readonly kinds: readonly Kind[];
  readonly channel: string;
  /** Two beside each other, where there are many. */
  readonly inPairs?: boolean;
};

/** Kinds to begin with, each a link to its form. */
function KindList({ title, kinds, channel, inPairs = false }: KindListProps) {
  const say = useSay();
  return (
    <>
      {title === undefined ? null : <h2 className="section-title">{title}</h2>}
      <ul className={inPairs ? 'kind-list pairs' : 'kind-list'}>
        {kinds.map((kind) => (
          <li key={kind.id} className="kind-item sheet">
            <Link className="row-link" to="/c/$channel/compose" params={{ channel }} search={{ kind: kind.id }}>
              <strong>{say(`kind.${kind.id}`)}</strong>
            </Link>
            <p className="muted">{say(`kind.${kind.id}.help`)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

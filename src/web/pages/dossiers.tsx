import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { DossierListItem } from '../../projection/dossier-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { usePageTitle } from '../page-title.ts';
import { Reference } from '../parts/entry-row.tsx';
import { ExactInstant } from '../parts/joint/exact.tsx';
import { Answered, Empty } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';

/** The dossiers of a channel, the latest first, each on the side of whoever opened it. */
export function Dossiers() {
  const say = useSay();
  usePageTitle(say('dossiers.title'));
  const { channel } = useParams({ from: '/c/$channel/dossiers' });
  const view = useQuery(queries.channel(channel));
  const query = useQuery(queries.dossiers(channel));
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  return (
    <>
      <div className="sides page-head">
        <div className="on-ours">
          <h1>{say('dossiers.title')}</h1>
        </div>
      </div>
      <Answered query={query}>
        {(dossiers) =>
          view.data === undefined ? null : dossiers.length === 0 ? <None channel={channel} /> : <List dossiers={dossiers} channel={view.data} />
        }
      </Answered>
    </>
  );
}

function None({ channel }: { readonly channel: string }) {
  const say = useSay();
  return (
    <div className="sides">
      <div className="on-ours">
        <Empty
          act={
            <Link className="button primary" to="/c/$channel/compose" params={{ channel }}>
              {say('compose.title')}
            </Link>
          }
        >
          {say('dossiers.empty')}
        </Empty>
      </div>
    </div>
  );
}

function List({ dossiers, channel }: { readonly dossiers: readonly DossierListItem[]; readonly channel: ChannelView }) {
  return (
    <ul className="dossier-list">
      {dossiers
        .toSorted((a, b) => b.latest - a.latest)
        .map((dossier) => (
          <Item key={dossier.id} dossier={dossier} channel={channel} />
        ))}
    </ul>
  );
}

/** What it is about on its opener's side, and what stands in it opposite. */
function Item({ dossier, channel }: { readonly dossier: DossierListItem; readonly channel: ChannelView }) {
  const say = useSay();
  const isTheirs = dossier.opener !== channel.us && dossier.opener >= 0;
  const opener = channel.parties[dossier.opener]?.name;
  return (
    <li className={isTheirs ? 'sides by-them' : 'sides'}>
      <div className={`${isTheirs ? 'on-theirs' : 'on-ours'} dossier-name sheet`}>
        <p className="entry-head">
          <strong>{say(`kind.${dossier.kind}`)}</strong>
          <Reference text={dossier.ref} />
          {opener === undefined ? null : (
            <span className="muted">
              {say('dossiers.opened_by')} <bdi>{opener}</bdi>
            </span>
          )}
        </p>
        <p className="entry-title">
          <Link className="row-link" to="/c/$channel/dossiers/$id" params={{ channel: channel.id, id: dossier.id }}>
            <bdi>{visible(dossier.title)}</bdi>
          </Link>
        </p>
        {dossier.corrected ? (
          <p className="entry-marks">
            <strong>{say('mark.corrected_title')}</strong>
          </p>
        ) : null}
      </div>
      <div className={`${isTheirs ? 'on-ours' : 'on-theirs'} stack-small`}>
        {dossier.states.length === 0 ? null : (
          <ul className="joint-lines">
            {dossier.states.map(({ phrase, at, exact }) => (
              <li key={phrase.id}>
                {say(phrase)} {at === undefined ? null : exact === true ? <ExactInstant at={at} /> : <Instant at={at} />}
              </li>
            ))}
          </ul>
        )}
        <div className="dossier-facts muted">
          <span>{say('dossiers.matters', { count: dossier.matters })}</span>
          <span>{say(dossier.moreDocuments ? 'dossiers.documents_or_more' : 'dossiers.documents', { count: dossier.documents })}</span>
          <span>
            {say('dossiers.latest')} <Instant at={dossier.latest} style="short" />
          </span>
        </div>
      </div>
    </li>
  );
}

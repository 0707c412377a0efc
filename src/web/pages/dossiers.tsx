import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { moveFocus, useKeys } from '../keyboard.ts';
import { Answered, Empty } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';

/** The dossiers of a channel, the latest first. */
export function Dossiers() {
  const say = useSay();
  const { channel } = useParams({ from: '/c/$channel/dossiers' });
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
          dossiers.length === 0 ? (
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
          ) : (
            <ul className="dossier-list">
              {dossiers
                .toSorted((a, b) => b.latest - a.latest)
                .map((dossier) => (
                  <li key={dossier.id} className="sides">
                    <div className="on-ours dossier-name">
                      <p className="muted">{say(`kind.${dossier.kind}`)}</p>
                      <p className="entry-title">
                        <Link className="row-link" to="/c/$channel/dossiers/$id" params={{ channel, id: dossier.id }}>
                          <bdi>{visible(dossier.title)}</bdi>
                        </Link>
                      </p>
                    </div>
                    <div className="on-theirs dossier-facts muted">
                      <span>{say('dossiers.matters', { count: dossier.matters })}</span>
                      <span>{say(dossier.moreDocuments ? 'dossiers.documents_or_more' : 'dossiers.documents', { count: dossier.documents })}</span>
                      <span>
                        {say('dossiers.latest')} <Instant at={dossier.latest} style="short" />
                      </span>
                    </div>
                  </li>
                ))}
            </ul>
          )
        }
      </Answered>
    </>
  );
}

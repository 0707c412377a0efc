import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { IdentityPage, PeoplePage } from '../../projection/people-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import { usePageTitle } from '../page-title.ts';
import { AcknowledgeButton } from '../parts/acknowledge.tsx';
import { Glyph } from '../parts/glyph.tsx';
import { PostStrips } from '../parts/joint/post-strips.tsx';
import { PersonSheet } from '../parts/person-sheet.tsx';
import { Answered, Empty } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';

/** Who speaks for each side, each on their own side of the seam, and what nobody here has acknowledged yet. */
export function People() {
  const { channel } = useParams({ from: '/c/$channel/people' });
  const channelQuery = useQuery(queries.channel(channel));
  const query = useQuery(queries.people(channel));
  return <Answered query={query}>{(page) => (channelQuery.data === undefined ? null : <Page page={page} channel={channelQuery.data} />)}</Answered>;
}

function Page({ page, channel }: { readonly page: PeoplePage; readonly channel: ChannelView }) {
  const say = useSay();
  usePageTitle(say('nav.people'));
  const waiting = page.toAcknowledge.map(({ entry, name }) => ({ channel: channel.id, entry, name }));
  const theirs = page.identities.filter(({ party }) => party !== page.us);
  return (
    <>
      <div className="sides page-head">
        <div className="on-ours">
          <h1>{say('nav.people')}</h1>
          <p className="muted">{say('people.lead')}</p>
        </div>
        <div className="on-theirs stack-small">
          {waiting.length === 0 ? (
            <p className="muted">{say('people.all_acknowledged')}</p>
          ) : (
            <>
              <p>{say('people.waiting', { count: waiting.length })}</p>
              <p className="actions">
                <AcknowledgeButton changes={waiting} label="people.acknowledge_all" primary />
              </p>
            </>
          )}
        </div>
      </div>
      <div className="sides people-page">
        <div className="on-ours stack">
          {page.identities
            .filter(({ party }) => party === page.us)
            .map((identity) => (
              <Side key={identity.party} identity={identity} page={page} channel={channel} />
            ))}
        </div>
        <div className="on-theirs stack">
          {theirs.map((identity) => (
            <Side key={identity.party} identity={identity} page={page} channel={channel} />
          ))}
        </div>
      </div>
      <PostStrips posts={page.posts} channel={channel} />
    </>
  );
}

function Side({ identity, page, channel }: { readonly identity: IdentityPage; readonly page: PeoplePage; readonly channel: ChannelView }) {
  const say = useSay();
  const people = page.people.filter(({ party }) => party === identity.party);
  const current = people.filter(({ state }) => state !== 'ended');
  const former = people.filter(({ state }) => state === 'ended');
  return (
    <>
      <Identity identity={identity} channel={channel} />
      {people.length === 0 ? <Empty>{say(identity.party === page.us ? 'people.nobody_ours' : 'people.nobody_theirs')}</Empty> : null}
      <ul className="stack">
        {current.map((person) => (
          <PersonSheet key={`${person.party} ${person.matter}`} person={person} channel={channel} />
        ))}
      </ul>
      {former.length === 0 ? null : (
        <details className="disclosure">
          <summary>{say('people.former', { count: former.length })}</summary>
          <ul className="stack">
            {former.map((person) => (
              <PersonSheet key={`${person.party} ${person.matter}`} person={person} channel={channel} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Identity({ identity, channel }: { readonly identity: IdentityPage; readonly channel: ChannelView }) {
  const say = useSay();
  const { fork, behind, rotated } = identity;
  return (
    <section className="identity-sheet">
      <h2>
        <bdi>{identity.name}</bdi>
      </h2>
      <p>{say('people.keys', { threshold: identity.threshold, keys: identity.keys })}</p>
      <p className="key-sentence" lang="en">
        {identity.sentence}
      </p>
      <p className="muted">
        {rotated === undefined ? (
          say(identity.event === 0 ? 'people.never_rotated' : 'people.rotated_before', { event: identity.event })
        ) : (
          <>
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: rotated.entry }}>
              {say('people.rotated', { event: identity.event })}
            </Link>{' '}
            <Instant at={rotated.time} style="short" />
            {rotated.pending ? `; ${say('people.rotated_pending')}` : ''}
          </>
        )}
      </p>
      {rotated?.pending && identity.party !== channel.us ? (
        <p className="actions">
          <AcknowledgeButton changes={[{ channel: channel.id, entry: rotated.entry, name: identity.name }]} />
        </p>
      ) : null}
      {behind === undefined ? null : <p className="notice">{say('people.behind', behind)}</p>}
      {fork === undefined ? null : (
        <div className="notice" role="alert">
          <h3>
            <Glyph kind="fork" /> {say('people.fork_title')}
          </h3>
          <p>{say('people.fork', { event: fork.event, channels: fork.channels.join(', ') })}</p>
        </div>
      )}
    </section>
  );
}

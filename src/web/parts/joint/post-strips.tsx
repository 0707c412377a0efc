import { Link } from '@tanstack/react-router';
import type { Holder, PostStrip, Posts } from '../../../projection/joint/posts.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { writeInstant } from '../../instants.ts';
import { useVoice } from '../../say.tsx';
import { visible } from '../../visible.ts';
import { SeamBand } from '../entry-row.tsx';

/** Who was at which post, when: the post of one side beside the same post of the other. */
export function PostStrips({ posts, channel }: { readonly posts: Posts; readonly channel: ChannelView }) {
  const { say } = useVoice();
  // A duty desk presents no credentials: only posts of which something diplomatic was said are shown.
  const told = posts.posts.filter(({ holders }) => holders.some(isTold));
  const names = [...new Set(told.map(({ post }) => post.trim().toLowerCase()))];
  if (names.length === 0) return null;
  const of = (name: string, ours: boolean): readonly PostStrip[] =>
    posts.posts.filter(({ party, post }) => post.trim().toLowerCase() === name && (party === channel.us) === ours);
  return (
    <section className="joint" aria-label={say('joint.posts')}>
      <SeamBand>{say('joint.posts')}</SeamBand>
      {names.map((name) => (
        <div key={name} className="sides">
          <div className="on-ours">
            {of(name, true).map((strip) => (
              <Strip key={strip.party} strip={strip} channel={channel} />
            ))}
          </div>
          <div className="on-theirs">
            {of(name, false).map((strip) => (
              <Strip key={strip.party} strip={strip} channel={channel} />
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

function isTold({ credentials, charges, agrement, nonGrata }: Holder): boolean {
  return credentials.length > 0 || charges.length > 0 || agrement !== undefined || nonGrata !== undefined;
}

function Strip({ strip, channel }: { readonly strip: PostStrip; readonly channel: ChannelView }) {
  return (
    <div className="stance">
      <h3>
        <bdi>{visible(strip.post)}</bdi>
      </h3>
      {strip.holders.map((holder) => (
        <OneHolder key={holder.matter} holder={holder} channel={channel} />
      ))}
    </div>
  );
}

function OneHolder({ holder, channel }: { readonly holder: Holder; readonly channel: ChannelView }) {
  const { say, language } = useVoice();
  const day = (at: number): string => writeInstant(at, 'date', language) ?? '';
  const span = (from: number, to: number | undefined): string =>
    to === undefined ? say('joint.since', { from: day(from) }) : say('joint.span', { from: day(from), to: day(to) });
  const nameOf = (party: number): string => channel.parties[party]?.name ?? '';
  const { agrement, nonGrata, unrecognised } = holder;
  return (
    <div>
      <p>
        <bdi>{visible(holder.name)}</bdi>
      </p>
      <ul className="joint-stretches">
        {holder.stretches.map(({ state, from, to }) => (
          <li key={`${from} ${state}`} className={`stretch-${state}`}>
            {say('joint.stretch', { state })} <span className="muted">{span(from, to)}</span>
          </li>
        ))}
        {holder.charges.map(({ entry, from, until }) => (
          <li key={entry} className="stretch-charge">
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: entry }}>
              {say('joint.charge')}
            </Link>{' '}
            <span className="muted">{span(from, until)}</span>
          </li>
        ))}
      </ul>
      {agrement === undefined ? null : <p className="muted">{say('joint.agrement_of', { name: nameOf(agrement.party), value: agrement.value })}</p>}
      {nonGrata === undefined ? null : <p>{say('joint.non_grata_of', { name: nameOf(nonGrata.party) })}</p>}
      {unrecognised === undefined ? null : <p>{say('joint.unrecognised_of', { name: nameOf(unrecognised.party) })}</p>}
    </div>
  );
}

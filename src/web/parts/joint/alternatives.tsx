import { Link } from '@tanstack/react-router';
import type { AmendmentJoint } from '../../../projection/joint/text.ts';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { Bracketed } from './bracketed.tsx';

type Text = Extract<JointView, { kind: 'text' }>;

/** The amendments to the articles of a text, each on its author's side: alternatives beside each other, never merged. */
export function Alternatives({ text, channel }: { readonly text: Text; readonly channel: ChannelView }) {
  const say = useSay();
  return text.versions.flatMap((version, at) =>
    version.articles.map(({ article, amendments }) => (
      <section key={`${version.entry} ${article}`} className="alternatives" aria-label={say('joint.article', { article, number: at + 1 })}>
        <div className="sides">
          <h3 className="on-ours">{say('joint.article', { article, number: at + 1 })}</h3>
        </div>
        <div className="sides">
          <div className="on-ours">
            {amendments
              .filter(({ party }) => party === channel.us)
              .map((one) => (
                <Alternative key={one.entry} amendment={one} text={text} channel={channel} />
              ))}
          </div>
          <div className="on-theirs">
            {amendments
              .filter(({ party }) => party !== channel.us)
              .map((one) => (
                <Alternative key={one.entry} amendment={one} text={text} channel={channel} />
              ))}
          </div>
        </div>
      </section>
    )),
  );
}

function Alternative({ amendment, text, channel }: { readonly amendment: AmendmentJoint; readonly text: Text; readonly channel: ChannelView }) {
  const say = useSay();
  const words = text.proposals[amendment.entry];
  const { party, operation, agreed, withdrawn, stands, entry } = amendment;
  return (
    <div className={agreed ? 'stance agreed' : 'stance'}>
      <p className="entry-head">
        <bdi>{channel.parties[party]?.name ?? ''}</bdi>
        <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: entry }}>
          {say('joint.operation', { operation })}
        </Link>
        {withdrawn === true ? <span className="muted">{say('joint.taken_back')}</span> : null}
        {agreed ? <strong>{say('joint.agreed')}</strong> : null}
      </p>
      {words === undefined ? null : words === 'gone' ? (
        <p className="muted">{say('joint.gone')}</p>
      ) : words.text === '' ? null : (
        <p className="party-text" dir="auto">
          <Bracketed text={words.text} channel={channel.id} />
        </p>
      )}
      {stands
        .filter((stand) => stand.party !== party)
        .map((stand) => (
          <p key={stand.party} className="muted">
            <bdi>{channel.parties[stand.party]?.name ?? ''}</bdi>:{' '}
            {stand.value === undefined ? say('claim.not_answered') : say(`choice.value.${stand.value}`)}
            {stand.earlierWords === true ? `. ${say('claim.earlier_words', { who: stand.party === channel.us ? 'ours' : 'theirs' })}` : null}
          </p>
        ))}
    </div>
  );
}

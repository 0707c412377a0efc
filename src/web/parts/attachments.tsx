import type { AttachmentView, ChannelView } from '../../projection/views.ts';
import { attachmentUrl } from '../api.ts';
import { useVoice } from '../say.tsx';
import { visible } from '../visible.ts';
import { Size } from './size.tsx';

/** Files sent with a document: what each is, how much of it is here, who holds it; a STIX bundle says what it contains. */
export function Attachments({
  attachments,
  channel,
  party,
}: {
  readonly attachments: readonly AttachmentView[];
  readonly channel: ChannelView;
  readonly party: number;
}) {
  const { say } = useVoice();
  if (attachments.length === 0) return null;
  return (
    <section className="attachments">
      <h2 className="section-title">{say('attachments.title', { count: attachments.length })}</h2>
      <ul>
        {attachments.map((file) => (
          <li key={file.root}>
            <p className="attachment-name">
              {file.held === file.size ? (
                <a href={attachmentUrl(channel.id, file.root)} download={file.name}>
                  <bdi>{visible(file.name)}</bdi>
                </a>
              ) : (
                <bdi>{visible(file.name)}</bdi>
              )}
              <span className="muted">
                <Size bytes={file.size} />
              </span>
              <span className="muted">
                <bdi>{file.media}</bdi>
              </span>
            </p>
            <p className="muted">
              {holdersOf(file, channel, party)
                .map((one) => say(one.id, one.values))
                .join(' ')}
            </p>
            {file.stix === undefined ? null : <StixFacts stix={file.stix} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function StixFacts({ stix }: { readonly stix: NonNullable<AttachmentView['stix']> }) {
  const { say } = useVoice();
  return (
    <div className="stix">
      <p>{stix.valid ? say('stix.valid', { version: stix.version }) : say('stix.invalid', { count: stix.errors.length })}</p>
      <ul className="stix-counts">
        {Object.entries(stix.counts)
          .toSorted(([, a], [, b]) => b - a)
          .map(([type, count]) => (
            <li key={type}>
              <span className="mono">{count}</span> <span translate="no">{type}</span>
            </li>
          ))}
      </ul>
      {stix.names.length === 0 ? null : (
        <p className="muted">
          <bdi>{visible(stix.names.slice(0, 8).join(', '))}</bdi>
        </p>
      )}
      {stix.errors.length === 0 ? null : (
        <ul className="muted">
          {stix.errors.slice(0, 5).map((error) => (
            <li key={error}>
              <bdi>{visible(error)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function holdersOf(file: AttachmentView, channel: ChannelView, party: number): readonly { id: string; values: Record<string, string | number> }[] {
  const ours = party === channel.us;
  const here =
    file.held === file.size
      ? []
      : [{ id: 'attachments.part_here', values: { percent: file.size === 0 ? 100 : Math.floor((100 * file.held) / file.size) } }];
  const others = channel.parties.flatMap((one, index) => (index === party || index === channel.us ? [] : [{ index, name: one.name }]));
  if (!ours) return file.held === file.size ? [{ id: 'attachments.we_hold', values: {} }] : here;
  return [
    ...here,
    ...others.map(({ index, name }) => ({ id: file.heldBy.includes(index) ? 'attachments.they_hold' : 'attachments.announced', values: { name } })),
  ];
}

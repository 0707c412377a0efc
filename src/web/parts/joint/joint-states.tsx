import { Link } from '@tanstack/react-router';
import { jointLines } from '../../../projection/joint/lines.ts';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView, TableRow } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { Instant, useNow } from '../when.tsx';
import { Alternatives } from './alternatives.tsx';
import { Performances } from './performances.tsx';
import { Sittings } from './sittings.tsx';

/** Sentences that a picture says already. */
const PICTURED: Readonly<Record<string, readonly string[]>> = {
  undertaking: ['joint.performance', 'joint.due', 'joint.acceptance'],
  text: ['joint.alternatives'],
};

type Props = {
  readonly joint: readonly JointView[];
  /** Rows of the documents that they are states of, as far as they are here. */
  readonly rows: readonly TableRow[];
  readonly channel: ChannelView;
};

/** What is joint in a matter: where it stands in sentences, and side by side what each party did. */
export function JointStates({ joint, rows, channel }: Props) {
  return (
    <>
      {joint.map((one) => (
        <JointState key={one.entry} joint={one} row={rows.find(({ id }) => id === one.entry)} channel={channel} />
      ))}
    </>
  );
}

function JointState({ joint, row, channel }: Omit<Props, 'joint' | 'rows'> & { readonly joint: JointView; readonly row: TableRow | undefined }) {
  const say = useSay();
  const now = useNow();
  const names = channel.parties.map(({ name }) => name);
  const said = jointLines(joint, { names, now }).filter(({ phrase }) => PICTURED[joint.kind]?.includes(phrase.id) !== true);
  // What was done twice at the same second is one sentence.
  const lines = new Map(said.map((line) => [JSON.stringify(line), line]));
  return (
    <section className="joint" aria-labelledby={`joint-${joint.entry}`}>
      <div className="sides">
        <div className="on-ours stack-small">
          <h2 className="section-title" id={`joint-${joint.entry}`}>
            <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: joint.entry }}>
              {row === undefined ? say(`kind.${joint.kind}`) : <bdi>{say(row.summary)}</bdi>}
            </Link>
          </h2>
          <ul className="joint-lines">
            {[...lines].map(([key, { phrase, at }]) => (
              <li key={key}>
                {say(phrase)} {at === undefined ? null : <Instant at={at} />}
              </li>
            ))}
          </ul>
        </div>
      </div>
      {joint.kind === 'session' ? <Sittings session={joint} channel={channel} /> : null}
      {joint.kind === 'undertaking' ? <Performances undertaking={joint} channel={channel} /> : null}
      {joint.kind === 'text' ? <Alternatives text={joint} channel={channel} /> : null}
    </section>
  );
}

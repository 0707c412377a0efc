import { Link } from '@tanstack/react-router';
import { jointLines } from '../../../projection/joint/lines.ts';
import type { Signatures } from '../../../projection/joint/signatures.ts';
import type { JointView } from '../../../projection/joint/words.ts';
import type { ChannelView, TableRow } from '../../../projection/views.ts';
import { useSay } from '../../say.tsx';
import { CorrectedMark } from '../about-entries.tsx';
import { Instant, useNow } from '../when.tsx';
import { Alternatives } from './alternatives.tsx';
import { CaseSides } from './case-sides.tsx';
import { Corrections } from './corrections.tsx';
import { ExactInstant } from './exact.tsx';
import { ExchangeSides } from './exchange-sides.tsx';
import { Performances } from './performances.tsx';
import { Languages, TranslationTexts } from './side-by-side.tsx';
import { Signed } from './signed.tsx';
import { SilenceSides } from './silence-sides.tsx';
import { Sittings } from './sittings.tsx';

/** Sentences that a picture says already. */
const PICTURED: Readonly<Record<string, readonly string[]>> = {
  undertaking: ['joint.performance', 'joint.due', 'joint.acceptance', 'joint.signed'],
  text: ['joint.alternatives', 'joint.signed'],
  consultation: ['joint.signed'],
  statement: ['joint.signed'],
  instrument: ['joint.signed'],
  record: ['joint.signed', 'joint.correction'],
  simultaneous_exchange: ['joint.exchange_side', 'joint.exchange_committed'],
  silence_procedure: ['joint.expires', 'joint.silence_side', 'joint.objection'],
  vulnerability_report: ['joint.case', 'joint.vendor'],
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
          <CorrectedMark corrected={row?.corrected} channel={channel.id} />
          <ul className="joint-lines">
            {[...lines].map(([key, { phrase, at, exact }]) => (
              <li key={key}>
                {say(phrase)} {at === undefined ? null : exact === true ? <ExactInstant at={at} /> : <Instant at={at} />}
              </li>
            ))}
          </ul>
        </div>
      </div>
      {joint.kind === 'simultaneous_exchange' ? <ExchangeSides exchange={joint} channel={channel} /> : null}
      {joint.kind === 'silence_procedure' ? <SilenceSides silence={joint} proposer={row?.party ?? -1} channel={channel} /> : null}
      {joint.kind === 'vulnerability_report' ? <CaseSides report={joint} channel={channel} /> : null}
      {joint.kind === 'record' ? <Corrections record={joint} channel={channel} /> : null}
      {joint.kind === 'instrument' && joint.languages !== undefined && joint.languages !== 'gone' ? <Languages versions={joint.languages} /> : null}
      {joint.kind === 'translation' ? <TranslationTexts translation={joint} /> : null}
      {joint.kind === 'session' ? <Sittings session={joint} channel={channel} /> : null}
      {joint.kind === 'undertaking' ? <Performances undertaking={joint} channel={channel} /> : null}
      {joint.kind === 'text' ? <Alternatives text={joint} channel={channel} /> : null}
      {signaturesIn(joint).map((signatures) => (
        <Signed key={signatures.document} signatures={signatures} channel={channel} />
      ))}
    </section>
  );
}

/** The signatures that are shown as a table: of versions of a text those that anybody has signed. */
function signaturesIn(joint: JointView): readonly Signatures[] {
  if (joint.kind === 'text' || joint.kind === 'record')
    return joint.versions
      .map(({ signatures }) => signatures)
      .filter(({ parties }) => joint.kind === 'record' || parties.some(({ steps }) => steps.length > 0));
  if (!('signatures' in joint)) return [];
  // A statement of one side alone waits for nobody.
  const isAlone =
    joint.kind === 'statement' &&
    joint.type === 'unilateral' &&
    joint.signatures.parties.every(({ steps }) => steps.every(({ own }) => own === true));
  return isAlone ? [] : [joint.signatures];
}

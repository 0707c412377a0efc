import { Link } from '@tanstack/react-router';
import { STEPS } from '../../../document/kinds/signature.ts';
import { keyOf } from '../../../projection/joint/line.ts';
import type { Signatures, SignedStep, Step } from '../../../projection/joint/signatures.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { othersOf } from '../../others.ts';
import { useSay } from '../../say.tsx';
import { Instant } from '../when.tsx';

/** Who has signed one exact document, and how far: a row a party, ours first, and a column for each step that anybody has taken. */
export function Signed({ signatures, channel }: { readonly signatures: Signatures; readonly channel: ChannelView }) {
  const say = useSay();
  const taken = STEPS.filter((step) => signatures.parties.some(({ steps }) => steps.some((one) => one.step === step)));
  const columns: readonly Step[] = taken.length === 0 ? ['signed'] : taken;
  const rows = [channel.us, ...othersOf(channel).map(({ party }) => party)];
  return (
    <div className="sides">
      <table className="on-ours signed">
        <caption>{say('joint.who_signed')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('joint.party')}</th>
            {columns.map((step) => (
              <th key={step} scope="col">
                {say('joint.step', { step: keyOf(step) })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((party) => (
            <tr key={party}>
              <th scope="row">
                <bdi>{channel.parties[party]?.name ?? ''}</bdi>
              </th>
              {columns.map((step) => (
                <td key={step}>
                  <Taken taken={signatures.parties[party]?.steps.find((one) => one.step === step)} channel={channel} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Taken({ taken, channel }: { readonly taken: SignedStep | undefined; readonly channel: ChannelView }) {
  const say = useSay();
  if (taken === undefined) return <span className="muted">{say('joint.not_yet')}</span>;
  return (
    <Link to="/c/$channel/documents/$id" params={{ channel: channel.id, id: taken.entry }}>
      {taken.own === true ? say('joint.by_sending') : null} <Instant at={taken.time} style="short" />
    </Link>
  );
}

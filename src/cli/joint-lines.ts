import { jointLines } from '../projection/joint/lines.ts';
import type { JointView } from '../projection/joint/words.ts';
import type { ChannelView } from '../projection/views.ts';
import { indented } from './field-lines.ts';
import { kindNameIn, saidIn, when, whenExactly } from './rows.ts';
import type { Terminal } from './terminal.ts';

/** What is joint in the matter of a document, a block for each: who signed, how a session went, what is undertaken and performed. */
export function jointText(
  terminal: Terminal,
  channel: Pick<ChannelView, 'parties' | 'profile'>,
  joint: readonly JointView[],
  now: number,
): readonly string[] {
  const names = channel.parties.map(({ name }) => name);
  return joint.flatMap((one) => [
    '',
    terminal.style(`${kindNameIn(channel, one.kind)} (${one.entry.slice(0, 8)}):`, 'bold'),
    // A sentence may hold a party's words, with lines of their own: none of them begins where ours do.
    ...jointLines(one, { names, now }).map(
      ({ phrase, at, exact }) =>
        `  ${indented(saidIn(channel, phrase), 4)}${at === undefined ? '' : ` ${exact === true ? whenExactly(at) : when(at)} UTC`}`,
    ),
  ]);
}

import { sayIn } from '../base/phrases.ts';
import { jointLines } from '../projection/joint/lines.ts';
import type { JointView } from '../projection/joint/words.ts';
import type { ChannelView } from '../projection/views.ts';
import { kindName, when } from './rows.ts';
import type { Terminal } from './terminal.ts';

const say = sayIn('en');

/** What is joint in the matter of a document, a block for each: who signed, how a session went, what is undertaken and performed. */
export function jointText(
  terminal: Terminal,
  { parties }: Pick<ChannelView, 'parties'>,
  joint: readonly JointView[],
  now: number,
): readonly string[] {
  const names = parties.map(({ name }) => name);
  return joint.flatMap((one) => [
    '',
    terminal.style(`${kindName(one.kind)} (${one.entry.slice(0, 8)}):`, 'bold'),
    ...jointLines(one, { names, now }).map(({ phrase, at }) => `  ${say(phrase)}${at === undefined ? '' : ` ${when(at)} UTC`}`),
  ]);
}

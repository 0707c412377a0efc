import { ParleyError } from '../../base/errors.ts';
import type { Block } from './blocks.ts';
import type { Cast } from './cast.ts';
import type { ScenarioFault, Wait } from './scenario.ts';
import { type Stage, sideOf } from './stage.ts';

/** The sentence by which a telling lets time pass. */
export const WAIT_SENTENCES: readonly string[] = [
  'wait until {document} expires',
  'wait until {number} seconds before {document} expires',
  'wait until {number} seconds after {document} expires',
];

const WAIT = /^wait until (?:(\d{1,3}) seconds? (before|after) )?(\S+) expires$/;
/** Nobody sits before a telling for longer. */
const MAX_WAIT = 3600;

/** A line that begins with `wait`, or what was expected of it. */
export function readWait(block: Block, cast: Cast): { readonly wait: Wait } | { readonly faults: readonly ScenarioFault[] } {
  const fail = (sentence: string): { faults: readonly ScenarioFault[] } => ({ faults: [{ line: block.line, sentence }] });
  const [found, seconds = '0', side, document = ''] = WAIT.exec(block.text) ?? [];
  if (found === undefined || block.inner.length > 0) return fail(`expected one line: "${WAIT_SENTENCES.join('", "')}"`);
  const kind = cast.kindOf(document);
  if (kind === undefined) return fail(`no document above is called ${document}`);
  if (kind !== 'silence_procedure') return fail('a silence procedure expires, and nothing else does');
  return { wait: { step: 'wait', line: block.line, text: block.text, document, offset: side === 'before' ? -Number(seconds) : Number(seconds) } };
}

/** Lets time pass until the moment that a line names. Refuses `invalid` where that is more than an hour away. */
export async function waitFor(stage: Stage, { document, line, offset }: Wait, names: ReadonlyMap<string, string>): Promise<void> {
  const shown = await sideOf(stage, 0).document(stage.channel, names.get(document) ?? '');
  const expiresAt = shown?.fields.expires_at;
  if (typeof expiresAt !== 'number') throw new ParleyError('not_found', `line ${line}: the moment at which ${document} expires`);
  const at = expiresAt + offset;
  const seconds = at - stage.ports.now();
  if (seconds > MAX_WAIT) throw new ParleyError('invalid', `line ${line}: a moment within the hour`);
  if (seconds > 1) stage.say(`${seconds} seconds pass.`);
  await stage.pass(at);
}

import { ParleyError } from '../../base/errors.ts';
import type { Block } from './blocks.ts';
import type { Cast } from './cast.ts';
import type { Told } from './player.ts';
import type { ScenarioFault, Wait } from './scenario.ts';
import type { Stage } from './stage.ts';

/** The sentences by which a telling lets time pass. */
export const WAIT_SENTENCES: readonly string[] = [
  'wait until {document} expires',
  'wait until {number} seconds before {document} expires',
  'wait until {number} seconds after {document} expires',
  'wait until {document} is due',
];

const WAIT = /^wait until (?:(?:(\d{1,3}) seconds? (before|after) )?(\S+) expires|(\S+) is due)$/;
/** Nobody sits before a telling for longer. */
const MAX_WAIT = 3600;

/** A line that begins with `wait`, or what was expected of it. */
export function readWait(block: Block, cast: Cast): { readonly wait: Wait } | { readonly faults: readonly ScenarioFault[] } {
  const fail = (sentence: string): { faults: readonly ScenarioFault[] } => ({ faults: [{ line: block.line, sentence }] });
  const [found, seconds = '0', side, silence, asking] = WAIT.exec(block.text) ?? [];
  const document = silence ?? asking;
  if (found === undefined || document === undefined || block.inner.length > 0) return fail(`expected one line: "${WAIT_SENTENCES.join('", "')}"`);
  const kind = cast.kindOf(document);
  if (kind === undefined) return fail(`no document above is called ${document}`);
  if (silence !== undefined && kind !== 'silence_procedure') return fail('a silence procedure expires, and nothing else does');
  const until = silence === undefined ? 'is due' : 'expires';
  const offset = side === 'before' ? -Number(seconds) : Number(seconds);
  const among = cast.amongOf(document);
  return { wait: { step: 'wait', line: block.line, text: block.text, document, until, offset, ...(among === undefined ? {} : { among }) } };
}

/** Lets time pass until the moment that a line names, in every channel where its document stands. Refuses `invalid` where that is more than an hour away. */
export async function waitFor(tellings: readonly Told[], wait: Wait, all: Pick<Stage, 'ports' | 'pass' | 'say'>): Promise<void> {
  const moments = await Promise.all(tellings.map((told) => momentIn(told, wait)));
  const latest = Math.max(...moments.map((moment) => moment ?? Number.NaN));
  if (Number.isNaN(latest)) throw new ParleyError('conflict', `line ${wait.line}: nothing says when ${wait.document} ${wait.until}`);
  const at = latest + wait.offset;
  const seconds = at - all.ports.now();
  if (seconds > MAX_WAIT) throw new ParleyError('invalid', `line ${wait.line}: a moment within the hour`);
  if (seconds > 1) all.say(`${seconds} seconds pass, ${wait.text.replace(/^wait /, '')}.`);
  await all.pass(at);
}

async function momentIn({ stage, names }: Told, { document, until }: Wait): Promise<number | undefined> {
  const id = names.get(document) ?? '';
  const seen = await Promise.all(stage.sides.map((side) => side.document(stage.channel, id)));
  for (const one of seen) {
    const expiresAt = one?.fields.expires_at;
    const dueAt = one?.row.due?.dueAt;
    if (until === 'expires' && typeof expiresAt === 'number') return expiresAt;
    // What comes in the last second is in time.
    if (until === 'is due' && dueAt !== undefined) return dueAt + 1;
  }
  return undefined;
}

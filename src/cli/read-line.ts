import type { Readable } from 'node:stream';
import { ParleyError } from '../base/errors.ts';
import { afterPause, moreOf } from '../node/input.ts';

/** Longer than any field; a terminal that sends no newline must not fill the memory. */
const MAX_LINE_SIZE = 256 * 1024;

/** One line, without its end; what was typed or pasted beyond it stays in the stream for the next question. Refuses `usage` where the input ends. */
export async function readLine(input: Readable): Promise<string> {
  await afterPause();
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for (;;) {
      const chunk = input.read() as Buffer | string | null;
      if (chunk === null) {
        if (input.readableEnded || input.destroyed || !(await moreOf(input))) throw new ParleyError('usage', 'the question was broken off');
        continue;
      }
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const end = bytes.indexOf(0x0a);
      if (end === -1) {
        parts.push(bytes);
        size += bytes.length;
        if (size > MAX_LINE_SIZE) throw new ParleyError('too_large', 'a line that ends');
        continue;
      }
      if (end + 1 < bytes.length) input.unshift(bytes.subarray(end + 1));
      return Buffer.concat([...parts, bytes.subarray(0, end)])
        .toString('utf8')
        .replace(/\r$/, '');
    }
  } finally {
    // An input left waiting would keep the process alive.
    input.pause();
  }
}

/** A channel in which two parties have said very many things of many kinds: real nodes, every entry signed, pushed, held, read and stamped. */
import { SMALLEST } from '../../src/document/fixtures-drafts.ts';
import type { BenchChannel } from './channel.ts';
import { type NodeProcess, withTwoNodes } from './two-nodes.ts';

/** One document of a matter: by whoever opened it or the other party, about the document of that number in it. */
type Line = {
  readonly other?: true;
  readonly kind: string;
  readonly about?: number;
  readonly fields?: Readonly<Record<string, string | boolean | number>>;
};

/** What a node is asked to say. */
export type Saying = { readonly kind: string; readonly fields: Readonly<Record<string, unknown>>; readonly refs: readonly string[] };

const MATTERS: readonly (readonly Line[])[] = [
  [
    { kind: 'request' },
    { other: true, kind: 'reply', about: 0, fields: { final: false } },
    { kind: 'clarification', about: 0 },
    { other: true, kind: 'reply', about: 0 },
  ],
  [{ kind: 'claim' }, { other: true, kind: 'position', about: 0 }, { other: true, kind: 'evidence', about: 0 }, { kind: 'position', about: 2 }],
  [
    { kind: 'session' },
    { kind: 'sitting', about: 0 },
    { other: true, kind: 'sitting', about: 0 },
    { kind: 'sitting', about: 0, fields: { event: 'closed' } },
  ],
  [
    { kind: 'undertaking' },
    { other: true, kind: 'condition', about: 0 },
    { kind: 'performance', about: 0 },
    { other: true, kind: 'acceptance', about: 2 },
  ],
  [
    { kind: 'text' },
    { other: true, kind: 'amendment', about: 0 },
    { kind: 'amendment', about: 1 },
    { other: true, kind: 'position', about: 2 },
    { kind: 'reservation', about: 0 },
    { other: true, kind: 'translation', about: 0 },
  ],
  [{ kind: 'note_verbale' }, { other: true, kind: 'letter', about: 0 }, { kind: 'message', about: 1 }],
  [{ kind: 'statement' }, { other: true, kind: 'position', about: 0 }, { kind: 'interpretative_statement', about: 0 }],
  [{ kind: 'consultation' }, { other: true, kind: 'aide_memoire', about: 0 }, { kind: 'message', about: 0 }],
  [{ kind: 'message' }, { other: true, kind: 'message', about: 0 }, { kind: 'message', about: 1 }],
  [{ kind: 'record' }, { other: true, kind: 'record_correction', about: 0 }, { kind: 'record', about: 0, fields: { status: 'final' } }],
  [{ kind: 'treaty_notification' }, { other: true, kind: 'message', about: 0 }],
  [{ kind: 'press_account' }, { other: true, kind: 'position', about: 0 }],
];

/** Of so many requests and claims one is left as it was opened: what an inbox has to show. */
const UNANSWERED = 50;
const MATTERS_A_ROUND = 3000;

/**
 * Founds a channel in `folder` and has both parties say at least `count` things in it, each answer after what it answers is held; resolves once both
 * have read all of it, with both nodes closed.
 */
export async function mixedChannel(folder: string, count: number): Promise<BenchChannel> {
  return withTwoNodes(folder, { host: true }, async (nodes, channel) => {
    for (const node of nodes) await node.ask({ do: 'acknowledge', channel: channel.channel });
    let size = 0;
    for (let first = 0; size < count; first += MATTERS_A_ROUND) {
      await playRound(nodes, channel, first);
      const sizes = await Promise.all(nodes.map((node) => node.ask<{ size: number }>({ do: 'size', channel: channel.channel })));
      size = sizes.reduce((sum, one) => sum + one.size, 0);
    }
    await Promise.all(nodes.map((node) => node.ask({ do: 'read', channel: channel.channel })));
    return channel;
  });
}

async function playRound(nodes: readonly NodeProcess[], channel: BenchChannel, first: number): Promise<void> {
  const ids = Array.from({ length: MATTERS_A_ROUND }, (): string[] => []);
  const longest = Math.max(...MATTERS.map((lines) => lines.length));
  for (let step = 0; step < longest; step++) {
    await Promise.all(
      nodes.map(async (node, party) => {
        const said = ids.flatMap((list, i): readonly { readonly list: string[]; readonly saying: Saying }[] => {
          const lines = MATTERS[(first + i) % MATTERS.length] ?? [];
          const line = lines[step];
          if (line === undefined || (i + (line.other === true ? 1 : 0)) % 2 !== party) return [];
          if (step > 0 && (first + i) % UNANSWERED < 2) return [];
          const refs = line.about === undefined ? [] : [list[line.about] ?? ''];
          return [{ list, saying: { kind: line.kind, fields: { ...SMALLEST[line.kind], marking: 'green', ...line.fields }, refs } }];
        });
        const seed = channel.representatives[party] ?? '';
        const made = await node.ask<readonly string[]>({ do: 'say', channel: channel.channel, seed, sayings: said.map(({ saying }) => saying) });
        // Both parties speak in one step, each in matters of its own.
        for (const [n, { list }] of said.entries()) list.push(made[n] ?? '');
      }),
    );
  }
}

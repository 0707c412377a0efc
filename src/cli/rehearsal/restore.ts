import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { ParleyError } from '../../base/errors.ts';
import { nodeRandom, systemNow } from '../../node/crypto.ts';
import type { ChannelView } from '../../projection/views.ts';
import { channelPath } from '../client.ts';
import { postEntry, signDocument } from '../compose.ts';
import { entriesText } from '../rows.ts';
import { holdFile } from '../scenario/demonstration.ts';
import { patiently, untilNothing } from '../scenario/side.ts';
import { isAlive } from '../transport.ts';
import { pidOf, type Theatre } from './theatre.ts';

/** Longest wait for a process to be gone, and between two looks. */
const GONE_MS = 10_000;
const BETWEEN_MS = 50;

/** What restoring came to: own entries when the copy was taken, when it was put back, and once the node had caught up. */
export type Restored = { readonly copied: number; readonly lost: number; readonly after: number; readonly aside: string };

/**
 * Restores an old copy of a party's directory under its node: a copy is taken, the party says something more, and the copy is put back. The mark lies
 * beside the directory and is not in the copy, so the node finds that it signed more than it holds, and takes it back from the other side first.
 *
 * The directory as it was before stays beside, under `aside`. Refuses `unreachable` where the node does not come back.
 */
export async function restore(theatre: Theatre, say: (text: string) => void): Promise<Restored> {
  const { cheat } = theatre;
  const hold = holdFile(theatre.dir, theatre.slug);
  const copy = `${cheat.dir}.copy`;
  const aside = `${cheat.dir}.before-restore`;
  await rm(copy, { recursive: true, force: true });
  await rm(aside, { recursive: true, force: true });
  try {
    await down(theatre, hold);
    await cp(cheat.dir, copy, { recursive: true });
    await rm(hold, { force: true });
    const copied = await ownSize(theatre);
    say(`A copy of ${cheat.name} was taken at ${entriesText(copied)}.`);
    await speak(theatre);
    const lost = await ownSize(theatre);
    const unheld = await untilNothing(async () => ((await ownView(theatre)).heldSize >= lost ? undefined : 'not held yet'));
    if (unheld !== undefined) throw new ParleyError('unreachable', `${theatre.other.name} does not hold what ${cheat.name} said`);
    say(`${cheat.name} said something more, which ${theatre.other.name} holds: ${entriesText(lost)}. Now the copy is put back.`);
    await down(theatre, hold);
    await rename(cheat.dir, aside);
    await rename(copy, cheat.dir);
    await rm(hold, { force: true });
    await untilNothing(async () => ((await ownView(theatre)).size >= lost ? undefined : 'not caught up yet'));
    return { copied, lost, after: await ownSize(theatre), aside };
  } finally {
    await rm(hold, { force: true });
    await rm(copy, { recursive: true, force: true });
  }
}

/** Says something as the first of the party's people who may; the restored node must be able to do so again, or a new generation is needed. */
export async function speak(theatre: Theatre): Promise<string> {
  const { cheat, channel, crypto } = theatre;
  const person = theatre.scenario.people.find(
    ({ party, scope }) => party === theatre.us && (scope.kinds.includes('*') || scope.kinds.includes('message')),
  );
  if (person === undefined) throw new ParleyError('not_found', `nobody of ${cheat.name} may send a message`);
  const author = await cheat.keys.author(person.slug);
  const fields = [
    ['subject', 'A word during the rehearsal'],
    ['text', 'Said so that there is something to lose.'],
    ['marking', 'green'],
  ] as const;
  const ports = { crypto, random: nodeRandom, now: systemNow };
  const signed = await cheat.ask((client) => signDocument(client, author, ports, { channel, kind: 'message', refs: [], fields }));
  return (await cheat.ask((client) => postEntry(client, channel, signed))).id;
}

/** Ends the node as a crash would, and keeps the demonstration from starting it again. */
async function down(theatre: Theatre, hold: string): Promise<void> {
  await patiently(async () => void (await ownView(theatre)));
  const pid = await pidOf(theatre, theatre.cheat);
  await writeFile(hold, 'a rehearsal is at work in this directory\n', { mode: 0o600 });
  process.kill(pid, 'SIGKILL');
  for (const late = Date.now() + GONE_MS; isAlive(pid); await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS)))
    if (Date.now() > late) throw new ParleyError('unreachable', `process ${pid} does not end`);
}

async function ownView(theatre: Theatre): Promise<ChannelView['logs'][number]> {
  const view = await theatre.cheat.ask((client) => client.get<ChannelView>(channelPath(theatre.channel)));
  const log = view.logs.findLast(({ party }) => party === view.us);
  if (log === undefined) throw new ParleyError('not_found', 'the party has no log');
  return log;
}

async function ownSize(theatre: Theatre): Promise<number> {
  return (await ownView(theatre)).size;
}

import { fromUtf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { composeEntry } from '../entry/entry.ts';
import { formatIdentityNote, signAsIdentity } from '../entry/identity-note.ts';
import { answerInvite, confirmSentence, makeInvite, view } from '../node/founding.ts';
import { openingText, takeOpening } from '../node/opening.ts';
import { shippedPackNames } from '../node/packs.ts';
import { appendAsNode, citedHeads } from '../node/stamps.ts';
import { cardOf } from '../sync/replica.ts';
import type { Dice } from './dice.ts';
import type { HostMachine } from './host-machine.ts';
import { describe } from './machine.ts';
import type { PartyMachine } from './party-machine.ts';
import type { World } from './world.ts';

/** What came of something that people asked of a node: done, or the code of the refusal. */
export type Outcome = 'done' | string;

/** Runs what people do; a refusal is an outcome, anything else thrown breaks a rule. Never resolves where the node ends meanwhile. */
async function attempt(machine: PartyMachine, what: string, work: () => Promise<unknown>): Promise<Outcome> {
  const { world, life } = machine;
  try {
    await work();
    world.trace(`${machine.name} ${what}`);
    return 'done';
  } catch (error) {
    if (error instanceof ParleyError) {
      world.trace(`${machine.name} ${what}: ${error.code} ${error.detail}`);
      world.counts.refused++;
      return error.code;
    }
    if (life?.alive === true) world.ledger.fault('nothing but refusals', `${machine.name} ${what}: ${describe(error)}`);
    return 'bug';
  }
}

/** Both sides found the channel, as officers do; time must pass meanwhile. */
export async function found(world: World, a: PartyMachine, b: PartyMachine, host: HostMachine): Promise<void> {
  const [alpha, beta, card] = [a.node, b.node, host.host?.card];
  if (alpha === undefined || beta === undefined || card === undefined) throw new Error('all machines are up before the founding');
  const hosts = [{ card, address: host.url }];
  const terms = { packs: shippedPackNames(), working: ['en'], authentic: ['en'], foundBy: world.seconds(0) + 86_400 };
  const { invite, note } = await makeInvite(alpha, { title: 'Sim', hosts, ...terms, address: a.url }, [a.identity]);
  await answerInvite(beta, note, { title: 'Sim', address: b.url, hosts }, [b.identity]);
  while ((await view(alpha, invite)).state !== 'compare') await new Promise<void>((resolve) => world.timeline.after(100, resolve));
  for (const [reader, typist, identity] of [
    [alpha, beta, b.identity],
    [beta, alpha, a.identity],
  ] as const)
    await confirmSentence(typist, invite, (await view(reader, invite)).read ?? '', [identity]);
}

/** The party's identity accredits its representative. */
export function accredit(machine: PartyMachine): Promise<Outcome> {
  return attempt(machine, 'accredits', async () => {
    const channel = machine.mustChannel();
    const { n } = await channel.reader.state(machine.index);
    const text = formatIdentityNote({ channel: channel.id, party: machine.index, n: n + 1, act: machine.accreditation() });
    const note = fromUtf8(await signAsIdentity(machine.world.signing.crypto.sha256, text, [machine.identity])) ?? '';
    await appendAsNode(channel, 'identity', [], [['note', note]]);
  });
}

/** The identity opens the next generation, as `parley generation open` does. */
export function openGeneration(machine: PartyMachine): Promise<Outcome> {
  return attempt(machine, 'opens a generation', async () => {
    const channel = machine.mustChannel();
    if (machine.node === undefined) return;
    const { text } = await openingText(machine.node, channel);
    const note = fromUtf8(await signAsIdentity(machine.world.signing.crypto.sha256, text, [machine.identity])) ?? '';
    await takeOpening(machine.node, channel, note);
    machine.world.counts.generations++;
  });
}

/** Something that its author signed and keeps until a node has taken it. */
type Signed = { readonly bytes: Uint8Array; readonly body: Uint8Array; readonly gen: string };
const drafts = new WeakMap<PartyMachine, Signed>();

/** The representative says something; what a crash left unanswered is handed over again first, byte for byte. */
export function say(machine: PartyMachine, dice: Dice): Promise<Outcome> {
  return attempt(machine, 'says', async () => {
    const channel = machine.mustChannel();
    const { gen } = cardOf(channel.replica, machine.index);
    const waiting = drafts.get(machine);
    const signed = waiting?.gen === gen ? waiting : await compose(machine, dice, gen);
    drafts.set(machine, signed);
    await channel.append(signed);
    drafts.delete(machine);
    machine.world.counts.said++;
  }).then((outcome) => {
    if (outcome !== 'done' && outcome !== 'unsafe_state') drafts.delete(machine);
    return outcome;
  });
}

async function compose(machine: PartyMachine, dice: Dice, gen: string): Promise<Signed> {
  const channel = machine.mustChannel();
  const { sha256 } = machine.world.signing.crypto;
  const saying = await chooseSaying(machine, dice);
  const draft = {
    channel: channel.id,
    party: machine.index,
    gen,
    time: machine.world.seconds(machine.skewMs),
    after: await citedHeads(channel),
    ...saying,
  };
  const entry = await composeEntry(sha256, (size) => dice.bytes(size), draft, machine.representative, 'rep');
  return { bytes: entry.bytes, body: entry.body, gen };
}

async function chooseSaying(machine: PartyMachine, dice: Dice) {
  const text = `Words ${machine.world.counts.said}.`;
  const kind = dice.below(10);
  // What it owes since its own document is what a party would gain by that stamps nothing.
  if (kind < 4 && machine.isMute)
    return {
      type: 'incident_notification',
      refs: [],
      fields: [
        ['stage', 'notification'],
        ['title', 'Outage'],
        ['description', text],
        ['aware_at', machine.world.seconds(machine.skewMs) - 60],
        ['marking', 'green'],
      ] as const,
    };
  if (kind < 4)
    return {
      type: 'message',
      refs: [],
      fields: [
        ['subject', 'Note'],
        ['text', text],
        ['marking', 'green'],
      ] as const,
    };
  const asked = await machine.mustChannel().store.matters(machine.mustChannel().id, { kind: 'request', open: true });
  const [request] = asked;
  if (kind < 7 && request !== undefined) {
    const { id, opener } = JSON.parse(request.state) as { id: string; opener: number };
    if (opener !== machine.index)
      return {
        type: 'reply',
        refs: [id],
        fields: [
          ['disposition', 'met'],
          ['final', true],
          ['text', text],
          ['marking', 'green'],
        ] as const,
      };
  }
  return {
    type: 'request',
    refs: [],
    fields: [
      ['request_type', 'information'],
      ['subject', 'Question'],
      ['text', text],
      ['marking', 'green'],
    ] as const,
  };
}

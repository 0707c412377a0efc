/** A founded channel of two parties and a host on this machine, for workloads: real directories, keys and founding steps. */
import { join } from 'node:path';
import { fromUtf8, toBase64url, toHex } from '../../src/base/bytes.ts';
import { actorOf } from '../../src/entry/actor.ts';
import { formatIdentityNote, signAsIdentity } from '../../src/entry/identity-note.ts';
import { ed25519Signer, nodeRandom, nodeSha256 } from '../../src/node/crypto.ts';
import { answerInvite, confirmSentence, makeInvite, takeJoin, view } from '../../src/node/founding.ts';
import { openKey, readKeyFile } from '../../src/node/key-files.ts';
import { shippedPackNames } from '../../src/node/packs.ts';
import { createHost, createParty, FILES } from '../../src/node/party-files.ts';
import type { PartyNode } from '../../src/node/party-node.ts';
import { openParty, serveHost, servePeers } from '../../src/node/serve.ts';
import { appendAsNode } from '../../src/node/stamps.ts';
import { isOpen } from '../../src/sync/replica.ts';

const PASSPHRASE = 'only on this machine';

/** Where everything lies, and the seeds (hex) of one representative a party. */
export type BenchChannel = {
  readonly channel: string;
  readonly dirs: readonly [string, string];
  readonly host: string;
  readonly representatives: readonly [string, string];
};

/** Founds the channel and accredits one representative a party, then closes everything. */
export async function foundBenchChannel(folder: string): Promise<BenchChannel> {
  const dirs: [string, string] = [join(folder, 'ours'), join(folder, 'theirs')];
  const hostDir = join(folder, 'host');
  await createHost(hostDir, { name: 'Neutral host', random: nodeRandom });
  const host = await serveHost(hostDir, { tls: false });
  const hosts = [{ card: host.host.card, address: host.url }];
  const [a, b] = await Promise.all([openSide(dirs[0], 'Ours'), openSide(dirs[1], 'Theirs')]);
  const now = a.node.parts.now();
  const terms = { title: 'Bench', hosts, packs: shippedPackNames(), working: ['en'], authentic: ['en'], foundBy: now + 3600, address: a.url };
  const invite = await makeInvite(a.node, terms, [a.identity]);
  const join_ = await answerInvite(b.node, invite.note, { title: 'Bench', address: b.url, hosts }, [b.identity]);
  await takeJoin(a.node, join_.note);
  const [forA, forB] = [await view(a.node, invite.invite), await view(b.node, invite.invite)];
  await confirmSentence(a.node, invite.invite, forB.read ?? '', [a.identity]);
  await confirmSentence(b.node, invite.invite, forA.read ?? '', [b.identity]);
  const channel = forA.channel ?? '';
  for (const side of [a, b]) await until(() => side.node.channels.length === 1 && isOpen(side.node.channel(channel).replica));
  const representatives: [string, string] = [await accredit(a.node, channel, a.identity), await accredit(b.node, channel, b.identity)];
  await a.close();
  await b.close();
  await host.close();
  return { channel, dirs, host: hostDir, representatives };
}

/** Waits until a condition holds; a workload that hangs fails after a minute. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('waited a minute in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function openSide(dir: string, name: string) {
  await createParty(dir, { name, passphrase: PASSPHRASE, random: nodeRandom, sha256: nodeSha256, workFactor: 4 });
  const { node, close } = await openParty(dir);
  const door = await servePeers(dir, node);
  const sealed = await openKey(await readKeyFile(join(dir, FILES.identity)), PASSPHRASE);
  return {
    node,
    url: door.url,
    identity: ed25519Signer(sealed.seed),
    async close(): Promise<void> {
      await door.close();
      await close();
    },
  };
}

async function accredit(node: PartyNode, id: string, identity: ReturnType<typeof ed25519Signer>): Promise<string> {
  const seed = nodeRandom(32);
  const key = ed25519Signer(seed).publicKey;
  const channel = node.channel(id);
  const party = channel.replica.us;
  const state = await channel.reader.state(party);
  const scope = { kinds: ['*'], marking: 'red', may_recall: false, automatic: true };
  const act = {
    act: 'accredit',
    actor: actorOf(nodeSha256, key),
    algorithm: 'ed25519',
    key: toBase64url(key),
    name: 'Service',
    post: 'Bench',
    scope,
    effective_at: null,
  };
  const note = await signAsIdentity(nodeSha256, formatIdentityNote({ channel: id, party, n: state.n + 1, act }), [identity]);
  await appendAsNode(channel, 'identity', [], [['note', fromUtf8(note) ?? '']]);
  return toHex(seed);
}

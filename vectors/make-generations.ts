/**
 * Makes vectors/entry/generations.json from fixed seeds. Deterministic: a second run writes the same bytes. Run it with:
 * node vectors/make-generations.ts
 */
import { writeFileSync } from 'node:fs';
import { toBase64url, utf8 } from '../src/base/bytes.ts';
import type { JsonObject } from '../src/base/json.ts';
import type { Signer } from '../src/base/ports.ts';
import { formatGeneration, generationFault, parseGeneration } from '../src/entry/generation.ts';
import { formatIdentityNote, signAsIdentity } from '../src/entry/identity-note.ts';
import { nodeSha256 as sha256 } from '../src/node/crypto.ts';
import { laterCard, testChannel, testGen, testHost, testParty, textOf } from '../src/node/fixtures-channel.ts';
import { leafHash } from '../src/tlog/merkle.ts';

const alpha = testParty('Alpha', 10, 3, 2);
const beta = testParty('Beta', 20);
const on = await testChannel([alpha, beta], [testHost('Host', 30)]);
const [first, second, third] = alpha.identity as [Signer, Signer, Signer];
const card = laterCard(alpha, testGen(40));
const root = toBase64url(leafHash(sha256, utf8(on.channel.charter.text)));
const continues = { gen: alpha.card.gen, size: 1, root };
const good = { channel: on.channel.id, party: 0, n: 1, continues, card };

const cases: object[] = [];
async function add(comment: string, text: string, valid: boolean, signers: readonly Signer[] = [first, second]): Promise<void> {
  const note = await signAsIdentity(sha256, text, signers);
  const parsed = parseGeneration(sha256, note);
  const fits = 'note' in parsed && generationFault(on.channel, parsed.note) === undefined;
  const found = 'note' in parsed && fits ? { origin: parsed.note.origin, hash: parsed.note.hash, leaf_hash: toBase64url(leafHash(sha256, note)) } : {};
  cases.push({ comment, valid, ...(valid ? found : {}), note: textOf(note) });
}
const act = (value: JsonObject): string => formatIdentityNote({ channel: on.channel.id, party: 0, n: 1, act: value });
const base = { act: 'generation', continues, card: card.text };

await add('the first later log of a party, after its charter', formatGeneration(good), true);
await add('with another number', formatGeneration({ ...good, n: 7 }), true);
await add('all three keys of two', formatGeneration(good), true, [first, second, third]);
await add('refused: one signature where two are needed', formatGeneration(good), false, [first]);
await add('refused: signed by the node alone', formatGeneration(good), false, [alpha.node]);
await add('refused: signed by the other party', formatGeneration(good), false, beta.identity);
await add('refused: of another channel', formatGeneration({ ...good, channel: toBase64url(new Uint8Array(32)) }), false);
await add('refused: of a party the charter does not have', formatGeneration({ ...good, party: 2 }), false);
await add('refused: of another party', formatGeneration({ ...good, party: 1 }), false);
await add('refused: number 0', formatGeneration({ ...good, n: 0 }), false);
await add('refused: another name', formatGeneration({ ...good, card: laterCard(alpha, testGen(40), { name: 'Alpha 2' }) }), false);
await add('refused: another founding nonce', formatGeneration({ ...good, card: laterCard(alpha, testGen(40), { nonce: new Uint8Array(16) }) }), false);
await add('refused: the log keys of the founding card', formatGeneration({ ...good, card: laterCard(alpha, testGen(40), { log: alpha.card.log }) }), false);
await add('refused: the node key of the other party', formatGeneration({ ...good, card: laterCard(alpha, testGen(40), { node: beta.card.node }) }), false);
await add('refused: continues nothing', act({ ...base, continues: { ...continues, size: 0 } }), false);
await add('refused: a root of 31 bytes', act({ ...base, continues: { ...continues, root: toBase64url(new Uint8Array(31)) } }), false);
await add('refused: a member more', act({ ...base, more: 1 }), false);
await add('refused: members in another order', act({ act: 'generation', card: card.text, continues }), false);
await add('refused: the card of a host', act({ ...base, card: on.hosts[0]?.card.text ?? '' }), false);
await add('refused: an act of another name', act({ ...base, act: 'accredit' }), false);

const file = {
  charter: on.channel.charter.text,
  cards: [...on.channel.parties, ...on.channel.hosts].map((one) => one.text),
  cases,
};
writeFileSync(new URL('entry/generations.json', import.meta.url), `${JSON.stringify(file, undefined, 1)}\n`);

/** A party's own procedure, written in this file, founds a channel and runs on both sides, with no change to the program. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { concatAll, utf8 } from '../src/base/bytes.ts';
import { ParleyError } from '../src/base/errors.ts';
import type { JsonObject } from '../src/base/json.ts';
import { run } from '../src/cli/fixtures-streams.ts';
import { parseBundle } from '../src/entry/bundle.ts';
import { formatInvitation, parseInvitation } from '../src/entry/invitation.ts';
import { nodeSha256 } from '../src/node/crypto.ts';
import { answerInvite, makeInvite } from '../src/node/founding.ts';
import { PackShelf } from '../src/node/packs.ts';
import { recordBytes } from '../src/node/party-node.ts';
import { channelState, dutiesIn } from '../src/node/views/rows.ts';
import { type Pack, packHash, packText } from '../src/procedure/pack.ts';
import { parseMatter } from '../src/projection/matter.ts';
import { exportRecord } from '../src/sync/export.ts';
import { type Side, TwoParties } from './two-parties.ts';

const PACK: Pack = {
  v: 1,
  name: 'harbour-master',
  title: 'Between two harbour masters',
  kinds: ['note_verbale', 'message', 'request', 'reply'],
  clocks: [
    {
      id: 'answer',
      title: 'Answer within ninety minutes',
      source: 'Harbour agreement, paragraph 3',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt', when: { field: 'request_type', one_of: ['assistance'] } },
      due: { minutes: 90 },
      discharge: { kinds: ['reply'] },
      debtor: 'addressee',
      voluntary: true,
    },
  ],
};
const BYTES = utf8(packText(PACK));
const HASH = packHash(nodeSha256, BYTES);

const dir = await mkdtemp(join(tmpdir(), 'parley-own-pack-'));
after(() => rm(dir, { recursive: true, force: true }));

test('a pack of a party’s own runs its clock on both sides alike, is kept, and goes out with exports', async (t) => {
  const two = await TwoParties.open();
  t.after(() => two.close());
  await two.found([BYTES]);
  const asker = await two.accredit(two.a, 'Anna');
  const helper = await two.accredit(two.b, 'Boris');
  await two.acknowledge();
  const request = await two.say(asker, { kind: 'request', fields: { request_type: 'assistance', subject: 'A tug', text: 'Now, please.' } });
  await two.settled();
  const dutiesOn = async (side: Side) => {
    const channel = two.of(side);
    const rows = await channel.store.matters(channel.id, { kind: 'request' });
    const state = await channelState(channel);
    const duties = rows.flatMap((row) => dutiesIn(channel, parseMatter(row.state), { standing: state.standing }));
    return duties.filter(({ pack }) => pack === PACK.name).map(({ clock, anchor, ...duty }) => ({ ...duty, clock: clock.id, anchor: anchor.id }));
  };
  const [ours] = await dutiesOn(two.a);
  assert.equal(ours?.anchor, request);
  assert.ok(ours?.startedAt !== undefined);
  assert.equal(ours.dueAt, ours.startedAt + 90 * 60);
  assert.deepEqual(await dutiesOn(two.b), await dutiesOn(two.a));
  await two.say(helper, { kind: 'reply', refs: [request], fields: { final: false, text: 'On its way.' } });
  await two.settled();
  const [met] = await dutiesOn(two.b);
  assert.ok(met?.metAt !== undefined && met.metAt <= (met.dueAt ?? 0));
  assert.deepEqual(await dutiesOn(two.b), await dutiesOn(two.a));
  for (const side of [two.a, two.b]) {
    const shelf = await PackShelf.open(side.node.store);
    assert.deepEqual(shelf.find(HASH), { bytes: BYTES, pack: PACK }, 'a node that starts again knows it');
    const parts: Uint8Array[] = [];
    const { packs } = two.of(side).replica.channel.charter;
    const options = {
      charterNote: recordBytes(side.node.record(two.channel).note),
      packs: packs.flatMap(({ hash }) => shelf.find(hash)?.bytes ?? []),
      files: [],
    };
    for await (const part of exportRecord(two.of(side).replica, options)) parts.push(part);
    const record = parseBundle(concatAll(parts));
    assert.deepEqual('items' in record ? record.items.find(({ name }) => name === `packs/${HASH}`)?.bytes : record, BYTES);
  }
});

test('an invitation that names a procedure nobody can read is not answered, and neither is one whose text is another', async (t) => {
  const two = await TwoParties.open({ hosts: 0 });
  t.after(() => two.close());
  const named = await two.a.node.packs.keep(BYTES);
  const terms = { hosts: [], working: ['en'], authentic: ['en'], foundBy: two.now() + 3600, address: two.a.url };
  const { note } = await makeInvite(two.a.node, { title: 'Harbour', packs: [named], ...terms }, [two.a.identity]);
  const answering = { title: 'Harbour', address: two.b.url, hosts: [] };
  await assert.rejects(
    answerInvite(two.b.node, note, answering, [two.b.identity]),
    (error) => error instanceof ParleyError && error.code === 'invalid' && /"harbour-master".*did not come along/.test(error.message),
  );
  const unknown = { name: 'other-name', hash: named.hash };
  await assert.rejects(makeInvite(two.a.node, { title: 'X', packs: [unknown], ...terms }, [two.a.identity]), /calls itself "harbour-master"/);
  await assert.rejects(two.b.node.packs.keep(utf8(packText({ ...PACK, kinds: ['message'] }))), /one of the pack's kinds/);
  await two.b.node.packs.keep(BYTES);
  assert.ok((await answerInvite(two.b.node, note, answering, [two.b.identity])).invite);
});

test('the file of an invitation carries packs under their hashes, and every other arrangement is refused', () => {
  const note = utf8('a note\n\n');
  const whole = formatInvitation(nodeSha256, { note, packs: [BYTES] });
  assert.deepEqual(parseInvitation(nodeSha256, whole), { note, packs: [BYTES] });
  assert.deepEqual(parseInvitation(nodeSha256, formatInvitation(nodeSha256, { note, packs: [] })), { note, packs: [] });
  const text = new TextDecoder().decode(whole);
  for (const changed of [text.replace('invite 8', 'invited 8'), text.replace('ninety', 'eighty'), text.slice(0, -2), text.replace('packs/', 'pack/')])
    assert.ok('expected' in parseInvitation(nodeSha256, utf8(changed)), changed.slice(0, 60));
});

test('the command line carries a pack from file to file: checked, explained, invited with, read before it is answered', async () => {
  const at = (...argv: readonly string[]) => run([...argv, '--json', '--no-input']);
  const [pack, pass, invitation] = [join(dir, 'pack.json'), join(dir, 'pass'), join(dir, 'invite.parley')];
  await writeFile(pack, BYTES);
  await writeFile(pass, 'correct horse\n');
  const checked = await at('pack', 'check', pack);
  assert.deepEqual([checked.code, checked.lines[0]?.hash, checked.lines[0]?.name], [0, HASH, PACK.name]);
  assert.equal((await at('check', pack)).lines[0]?.format, 'procedure-pack');
  const explained = await run(['pack', 'explain', pack]);
  assert.match(
    explained.out,
    /the addressee owes the sender a reply, within 90 minutes after the other side holds a request whose “What you ask for” is “Assistance”/,
  );
  const bad = join(dir, 'bad.json');
  await writeFile(bad, packText({ ...PACK, title: '' }));
  const refused = await at('pack', 'check', bad, pack, join(dir, 'nothing.json'));
  assert.deepEqual(
    [refused.code, ...refused.lines.map(({ valid }) => valid), refused.lines[0]?.expected],
    [1, false, true, false, ['title: one line of 1 to 120 characters']],
  );
  const guarded = join(dir, 'guarded.json');
  const [clock] = PACK.clocks;
  const discharge = { ...clock?.discharge, when: { field: 'final', one_of: [true], after: 'theirs' } };
  await writeFile(guarded, packText({ ...PACK, clocks: [{ ...clock, discharge }] } as unknown as JsonObject));
  assert.match((await run(['pack', 'check', guarded])).out, /clocks\[0\]\.discharge\.when: expected .*between logs there is no order/);
  for (const name of ['Alpha', 'Beta']) assert.equal((await at('init', '--name', name, '--dir', join(dir, name), '--passphrase-file', pass)).code, 0);
  const packs = ['--pack', 'incident-inquiry', '--pack', pack];
  const invited = await at(
    ...['invite', '--to', 'Harbour', ...packs, '--out', invitation, '--address', 'https://127.0.0.1:7443'],
    ...['--dir', join(dir, 'Alpha'), '--passphrase-file', pass],
  );
  assert.equal(invited.code, 0, invited.err);
  const { lines } = await at('check', invitation);
  assert.deepEqual([lines[0]?.format, lines[0]?.valid, lines[0]?.counts], ['invitation', true, { signatures: 1, packs: 1 }]);
  const answering = ['join', invitation, '--yes', '--address', 'https://127.0.0.1:7444', '--dir', join(dir, 'Beta'), '--passphrase-file', pass];
  const bare = join(dir, 'bare.parley');
  const read = parseInvitation(nodeSha256, new Uint8Array(await readFile(invitation)));
  await writeFile(bare, 'note' in read ? read.note : '');
  const unread = await at(...answering.map((word) => (word === invitation ? bare : word)));
  assert.match(String(unread.lines[0]?.detail), /"harbour-master": it does not ship with this version and did not come along/);
  const joined = await at(...answering);
  assert.equal(joined.code, 0, joined.err);
  assert.match(joined.err, /A procedure of theirs, which both sides will go by:\s+Between two harbour masters/);
});

/** What an author said anew is shown in its newest words, marked, wherever it is named; and a position on the words before is called that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../src/base/json.ts';
import type { Phrase } from '../src/base/phrases.ts';
import { SMALLEST } from '../src/document/fixtures-drafts.ts';
import { leavesByName } from '../src/entry/body.ts';
import { documentView } from '../src/node/views/document.ts';
import { dossierList, dossierView } from '../src/node/views/dossiers.ts';
import { dutyCardsOf } from '../src/node/views/duty-cards.ts';
import { inboxOf } from '../src/node/views/inbox.ts';
import { tableView } from '../src/node/views/table.ts';
import { type Side, TwoParties } from './two-parties.ts';

test('a corrected claim is shown in the words that it has now, and whose position is on earlier ones finds it in the inbox until it is on these', async () => {
  const two = await TwoParties.found();
  try {
    const [anna, boris] = [await two.accredit(two.a, 'Anna'), await two.accredit(two.b, 'Boris')];
    await two.settled();
    await two.acknowledge();
    const correct = (entry: string, value: string | null) =>
      two.say(anna, { kind: 'correction', fields: { entry, pointers: ['/statement'], values: [value] }, refs: [entry] });
    const claim = await two.say(anna, { kind: 'claim', fields: { facet: 'fact', statement: 'Six sites were hit.' } });
    await two.settled();
    for (const { node } of [two.a, two.b]) {
      const { placed } = await inboxOf(node);
      assert.deepEqual(
        placed.filter(({ item }) => item.due.entry === claim).map(({ list, item }) => [list, item.due.unowed]),
        [['watch', true]],
      );
    }
    const before = await two.say(boris, { kind: 'position', fields: { value: 'denies' }, refs: [claim] });
    const other = await two.say(boris, { kind: 'claim', fields: { facet: 'fact', statement: 'None was hit.' }, refs: [claim] });
    await two.settled();
    const awaited = async (side: Side) => {
      await two.settled();
      const { placed } = await inboxOf(side.node);
      return placed.flatMap(({ list, item: { due, act, corrected } }) =>
        due.entry === claim ? [`${list} ${due.debtor} ${act} ${due.earlierWords ?? false} ${corrected ?? false} ${titleIn(due.summary)}`] : [],
      );
    };
    const head = async (side: Side) => (await dossierList(two.of(side))).find(({ id }) => id === claim);
    assert.deepEqual(await awaited(two.b), []);
    assert.deepEqual([(await head(two.b))?.title, (await head(two.b))?.corrected], ['Six sites were hit.', undefined]);

    const five = await correct(claim, 'Five sites were hit.');
    await two.settled();
    const between = await two.say(boris, { kind: 'position', fields: { value: 'denies' }, refs: [claim, five] });
    await two.settled();
    const words = await correct(claim, 'Four sites were hit.');
    assert.deepEqual(await awaited(two.b), ['awaitingUs 1 position true true Four sites were hit.']);
    assert.deepEqual(await awaited(two.a), ['watch 1 position true true Four sites were hit.']);
    const rows = new Map((await tableView(two.of(two.b), undefined, 50)).rows.map((row) => [row.id, row]));
    const said = (id: string) => {
      const { summary, answers, answersCorrected, corrected, matterTitle } = rows.get(id) ?? assert.fail();
      return [titleIn(summary), corrected?.count, answers === undefined ? undefined : titleIn(answers), answersCorrected, matterTitle];
    };
    assert.deepEqual(said(claim), ['Four sites were hit.', 2, undefined, undefined, 'Four sites were hit.']);
    assert.deepEqual(
      said(before).slice(1),
      [undefined, 'Six sites were hit.', 'since', 'Four sites were hit.'],
      'a position is on what it was taken on',
    );
    assert.deepEqual(said(between).slice(2, 4), ['Five sites were hit.', 'since'], 'also where these were corrected words themselves');
    assert.deepEqual(said(other).slice(0, 4), ['None was hit.', undefined, 'Four sites were hit.', 'now']);
    const dossier = await dossierView(two.of(two.b), claim);
    assert.deepEqual([dossier.title, dossier.corrected?.count], ['Four sites were hit.', 2]);
    const matter = dossier.matters.find(({ id }) => id === claim);
    assert.deepEqual([matter?.title, matter?.fields.statement], ['Four sites were hit.', 'Four sites were hit.']);
    assert.deepEqual([(await head(two.b))?.title, (await head(two.b))?.corrected], ['Four sites were hit.', true]);

    await two.say(boris, { kind: 'position', fields: { value: 'denies' }, refs: [claim, words] });
    assert.deepEqual(await awaited(two.b), []);
    assert.deepEqual(await awaited(two.a), []);
    await correct(claim, null);
    assert.deepEqual(await awaited(two.b), ['awaitingUs 1 position true true (none)']);
    await two.say(anna, { kind: 'withdrawal', fields: { entry: claim }, refs: [claim] });
    assert.deepEqual(await awaited(two.b), [], 'of what was taken back nobody need say more');
  } finally {
    await two.close();
  }
});

test('words said anew that were erased since, or have no form, give nobody the words before them: who accepted those has not accepted these', async () => {
  const two = await TwoParties.found();
  try {
    const [anna, boris] = [await two.accredit(two.a, 'Anna'), await two.accredit(two.b, 'Boris')];
    await two.settled();
    await two.acknowledge();
    const claim = await two.say(anna, { kind: 'claim', fields: { facet: 'fact', statement: 'Boris did it.' } });
    const correct = (value: Json) =>
      two.say(anna, { kind: 'correction', fields: { entry: claim, pointers: ['/statement'], values: [value] }, refs: [claim] });
    const words = await correct('Nobody did it.');
    await two.settled();
    const accepts = await two.say(boris, { kind: 'position', fields: { value: 'accepts' }, refs: [claim, words] });
    await two.settled();
    const said = async () => {
      const { rows } = await tableView(two.of(two.b), undefined, 50);
      const row = (id: string) => rows.find((one) => one.id === id) ?? assert.fail();
      const { title, matters } = await dossierView(two.of(two.b), claim);
      return [titleIn(row(claim).summary), titleIn(row(accepts).answers ?? assert.fail()), title, matters[0]?.fields.statement];
    };
    assert.deepEqual(await said(), Array(4).fill('Nobody did it.'));

    const erase = async (entry: string): Promise<void> => {
      const { body } = await documentView(two.of(two.a), entry);
      const leaf = leavesByName(two.crypto.sha256, Uint8Array.from(Buffer.from(body, 'base64'))).get('values') ?? assert.fail();
      await two.say(anna, { kind: 'body_erased', refs: [entry], fields: { entry, pointers: ['/values'], leaves: [leaf] } });
    };
    await erase(words);
    const card = await two.say(anna, { kind: 'contact_nomination', fields: { ...SMALLEST.contact_nomination, telephone: '+1 202 555' } });
    const number = { entry: card, pointers: ['/telephone'], values: ['+1 202 777'] };
    await erase(await two.say(anna, { kind: 'correction', fields: number, refs: [card] }));
    await two.settled();
    assert.deepEqual(
      (await dutyCardsOf(two.of(two.b))).map(({ telephone }) => telephone),
      [''],
      'nor a number that its author replaced',
    );
    const erased = await said();
    assert.deepEqual([erased[0], erased[1], erased[3]], ['(none)', '(none)', undefined]);
    assert.doesNotMatch(String(erased[2]), /did it/);

    await correct(7);
    await two.settled();
    const formless = await said();
    assert.deepEqual([formless[0], formless[3]], ['(none)', undefined]);
    assert.equal(formless[1], '(none)', 'also of the words that it was taken on, which are gone');
  } finally {
    await two.close();
  }
});

function titleIn({ values }: Phrase): string {
  return String(values?.title ?? '(none)');
}

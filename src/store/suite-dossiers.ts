import assert from 'node:assert/strict';
import { utf8 } from '../base/bytes.ts';
import type { MatterUpdate, VerdictRow } from './store.ts';
import { CHANNEL, createLog, type On, originOf, sha256 } from './suite-fixtures.ts';

const idOf = (text: string): Uint8Array => sha256(utf8(text));
const matter = (text: string, opener: number, extra: Partial<MatterUpdate> = {}): MatterUpdate => {
  const of = { channel: CHANNEL, id: idOf(text), kind: 'claim', dossier: idOf('root'), level: 0, open: false, opener };
  return { ...of, head: JSON.stringify({ id: text }), acts: [], anew: false, ...extra };
};
const nameOf = ({ state }: { readonly state: string }): string => (JSON.parse(state) as { id: string }).id;

/** Dossiers, of which nobody reads more than is asked for. */
export function dossierCases(on: On): void {
  on(
    'counts a dossier and gives parts of it, by whoever opened what, that which awaits something first and the latest before the rest',
    async (store) => {
      await createLog(store, 0);
      const theirs = Array.from({ length: 7 }, (_, i) => matter(`theirs ${i}`, 1, { open: i === 2 || i === 4, kind: i === 6 ? 'text' : 'claim' }));
      const ours = [matter('ours', 0), matter('nobody', -1, { kind: '' })];
      const others = [matter('other', 1, { dossier: idOf('other') }), matter('elsewhere', 1, { dossier: idOf('elsewhere') })];
      await store.putVerdicts({ verdicts: [], matters: [matter('root', 0, { open: true }), ...theirs, ...ours, ...others], readers: [] });
      assert.deepEqual(await store.dossierCounts(CHANNEL, idOf('root'), ['']), [
        { opener: 0, open: false, count: 1 },
        { opener: 1, open: false, count: 5 },
        { opener: 1, open: true, count: 2 },
      ]);
      assert.deepEqual(await store.dossierCounts(CHANNEL, idOf('other'), []), [], 'the root itself is not among them');
      assert.deepEqual(await store.dossierCounts('nowhere', idOf('root'), []), []);
      const part = async (opener: number, from: number, count: number, kinds: { kinds?: string[]; not?: string[] } = {}) =>
        (await store.dossierPart(CHANNEL, idOf('root'), { opener, from, count, ...kinds })).map(nameOf);
      assert.deepEqual(await part(1, 0, 4), ['theirs 4', 'theirs 2', 'theirs 6', 'theirs 5']);
      assert.deepEqual(await part(1, 4, 4, { not: ['text'] }), ['theirs 1', 'theirs 0']);
      assert.deepEqual(await part(1, 0, 9, { kinds: ['text', 'session'] }), ['theirs 6']);
      assert.deepEqual(await part(0, 0, 9), ['ours']);
      // What is said of a matter later changes its turn among what came, only where it awaits something.
      await store.putVerdicts({ verdicts: [], matters: [matter('theirs 0', 1), matter('theirs 1', 1, { open: true })], readers: [] });
      assert.deepEqual(await part(1, 0, 9), ['theirs 4', 'theirs 2', 'theirs 1', 'theirs 6', 'theirs 5', 'theirs 3', 'theirs 0']);
      const [row] = await store.dossierPart(CHANNEL, idOf('root'), { opener: 1, from: 0, count: 1 });
      assert.deepEqual(
        { ...row, id: undefined, dossier: undefined },
        {
          ...{ channel: CHANNEL, id: undefined, kind: 'claim', dossier: undefined, level: 0, open: true, opener: 1 },
          state: '{"id":"theirs 4","components":{}}',
        },
      );
    },
  );
  on('counts what joined the matters of a dossier, and stops where it is told to', async (store) => {
    await createLog(store, 0);
    const said = (index: number, in_: string, extra: Partial<VerdictRow> = {}): VerdictRow => ({
      ...{ origin: originOf(0), index, id: idOf(`said ${index}`), channel: CHANNEL, valid: true, type: 'position', matter: idOf(in_) },
      ...{ level: index, time: 0, findings: '[]', ...extra },
    });
    const verdicts = [
      said(1, 'root', { id: idOf('root') }),
      ...[said(2, 'root'), said(3, 'below'), said(4, 'below'), said(5, 'below', { type: 'stamp' }), said(6, 'person')],
      ...[said(7, 'alone'), said(8, 'elsewhere')],
    ];
    const matters = [
      ...[matter('root', 0), matter('below', 1), matter('person', 1, { kind: 'identity' })],
      ...[matter('alone', 1, { dossier: idOf('alone') }), matter('elsewhere', 1, { dossier: idOf('elsewhere') })],
    ];
    await store.putVerdicts({ verdicts, matters, readers: [] });
    const joined = (dossier: string, most: number) => store.dossierJoined(CHANNEL, idOf(dossier), { types: ['stamp'], kinds: ['identity'] }, most);
    assert.deepEqual([await joined('root', 9), await joined('root', 2), await joined('alone', 9), await joined('none', 9)], [3, 2, 1, 0]);
    assert.equal(await store.dossierJoined('nowhere', idOf('root'), { types: [], kinds: [] }, 9), 0);
    await store.resetProjection(CHANNEL);
    assert.equal(await joined('root', 9), 0);
  });
}

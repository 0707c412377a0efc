/** All that a party's node can be asked to show of a channel, and all that it computes of it by itself. */
import assert from 'node:assert/strict';
import { toBase64url } from '../src/base/bytes.ts';
import { CATALOGUES, type Phrase, sayIn } from '../src/base/phrases.ts';
import { documentsSince, noticedIn } from '../src/node/notices/events.ts';
import { Feeds } from '../src/node/notices/feeds.ts';
import { channelView, peopleViews } from '../src/node/views/channel.ts';
import { documentView } from '../src/node/views/document.ts';
import { dossierList, dossierView } from '../src/node/views/dossiers.ts';
import { dutyCardsOf } from '../src/node/views/duty-cards.ts';
import { inboxOf } from '../src/node/views/inbox.ts';
import { lineageView } from '../src/node/views/lineage.ts';
import { peoplePage } from '../src/node/views/people.ts';
import { reportView } from '../src/node/views/report.ts';
import { signingView } from '../src/node/views/signing.ts';
import { MAX_TABLE_PAGE, tableView } from '../src/node/views/table.ts';
import { todayView } from '../src/node/views/today.ts';
import { correctedFields } from '../src/projection/corrected.ts';
import { jointLines } from '../src/projection/joint/lines.ts';
import type { TableRow } from '../src/projection/views.ts';
import type { Side, TwoParties } from './two-parties.ts';

/** What was seen: the rows of the Table, and how many documents and dossiers were opened. */
export type Seen = { readonly rows: readonly TableRow[]; readonly documents: number; readonly dossiers: number };

/** Opens every page of a side's channel and says every sentence on it; none may throw, and every sentence must be one of the catalogue. */
export async function everyView(two: TwoParties, side: Side): Promise<Seen> {
  const { node } = side;
  const channel = two.of(side);
  const say = sayIn('en');
  const sayAll = (phrases: readonly Phrase[]): void => {
    for (const phrase of phrases) {
      assert.ok(CATALOGUES.en !== undefined && phrase.id in CATALOGUES.en, phrase.id);
      say(phrase);
    }
  };
  const names = channel.replica.channel.parties.map(({ name }) => name);
  const rows: TableRow[] = [];
  for (let before: string | undefined, more = true; more; ) {
    const page = await tableView(channel, before, MAX_TABLE_PAGE);
    rows.push(...page.rows);
    before = page.before;
    more = before !== undefined;
  }
  for (const row of rows) sayAll([row.summary, ...row.findings, ...(row.answers === undefined ? [] : [row.answers])]);
  const ids = new Set(rows.map(({ id }) => id));
  for (const { origin } of await channel.heads()) for (const row of await channel.store.verdictsOf(origin, 1, 100_000)) ids.add(toBase64url(row.id));
  for (const id of ids) {
    const view = await documentView(channel, id);
    correctedFields(view);
    for (const joint of view.joint) sayAll(jointLines(joint, { names, now: two.now() }).map(({ phrase }) => phrase));
    JSON.stringify(view);
  }
  const dossiers = await dossierList(channel);
  for (const { id, states } of dossiers) {
    sayAll(states.map(({ phrase }) => phrase));
    const dossier = await dossierView(channel, id);
    for (const { joint, summary } of dossier.matters)
      sayAll([summary, ...joint.flatMap((one) => jointLines(one, { names, now: two.now() }).map(({ phrase }) => phrase))]);
  }
  const inbox = await inboxOf(node);
  noticedIn(node, inbox);
  for (const at of ['beginning', 'end'] as const) await documentsSince(node, channel, {}, at);
  const pages = [
    await todayView(node),
    await channelView(node, channel, true),
    await peopleViews(channel),
    await peoplePage(node, channel),
    await dutyCardsOf(channel),
    await lineageView(channel),
    await reportView(channel),
    await reportView(channel, two.now() + 400 * 86_400),
    await signingView(node, channel, ''),
  ];
  assert.ok(JSON.stringify(pages).length > 0);
  const calendar = await new Feeds(node).calendar({ party: side.name, base: 'http://localhost' });
  assert.match(calendar, /^BEGIN:VCALENDAR/);
  return { rows, documents: ids.size, dossiers: dossiers.length };
}

import { equal, ok } from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseInstant } from '../base/instants.ts';
import { addMonths } from './calendar.ts';
import { heldAt, metAt, receiptOwedSince, type StampedTime, selfStartedAt, startedAt } from './clock.ts';
import { dueAtOf, dueStatus } from './due.ts';
import type { Clock } from './pack.ts';

/**
 * `A 7 covers q up to 5, B at 100`: a stamp in A's log at index 7 with B's time; a name in capitals is a party, else a host. The head is of the log that
 * holds the entry (r is B's, all others are A's), unless `of C` says otherwise. `A 7 as s covers` names the stamp, so that others may cover it.
 */
function stamp(line: string): StampedTime {
  const found = /^([A-C]) (\d+)(?: as (\w+))? covers (\w+) up to (\d+)(?: of ([A-C]))?, (\w+) at (\d+)$/.exec(line);
  ok(found, line);
  const [, log = '', index, id, entry = '', size, of = entry === 'r' ? 'B' : 'A', by = '', time] = found;
  return {
    log: 'ABC'.indexOf(log),
    index: Number(index),
    ...(id === undefined ? {} : { id }),
    entry,
    of: 'ABC'.indexOf(of),
    size: Number(size),
    time: Number(time),
    by: /^[A-C]$/.test(by) ? { party: 'ABC'.indexOf(by) } : { host: by },
  };
}
const stamps = (...lines: readonly string[]): readonly StampedTime[] => lines.map(stamp);
const request = { party: 0, index: 4, entry: 'q' };
const reply = { party: 1, index: 9, entry: 'r' };
const B = 1;
const A = 0;
const none = new Map<number, number>();

test('a duty starts when the addressee held the request, once the asker has stamped it', () => {
  equal(startedAt([], request, B), undefined);
  equal(startedAt(stamps('A 6 covers q up to 5, B at 100'), request, B), 100);
});

test('a head of another log covers nothing: its sizes are of other entries', () => {
  // B answers late, and stamps its answer with what a host saw of A's log long before.
  equal(metAt(stamps('B 11 covers r up to 50 of A, h1 at 20'), reply, A, 1, none), undefined);
  equal(startedAt(stamps('A 6 covers q up to 50 of C, B at 20'), request, B), undefined);
  equal(receiptOwedSince(stamps('A 6 covers q up to 50 of B, h1 at 20'), request, B, 1), undefined);
});

test('a later stamp never moves the start, whichever way', () => {
  const first = 'A 6 covers q up to 5, B at 100';
  equal(startedAt(stamps(first, 'A 7 covers q up to 6, B at 50', 'A 8 covers q up to 7, B at 150'), request, B), 100);
  equal(startedAt(stamps('A 7 covers q up to 6, B at 50', first), request, B), 100);
});

test('only the asker’s own log, the addressee’s receipt and a head that covers the request start a duty', () => {
  equal(startedAt(stamps('B 1 covers q up to 5, B at 90'), request, B), undefined);
  equal(startedAt(stamps('A 6 covers q up to 5, C at 90', 'A 6 covers q up to 5, host at 80'), request, B), undefined);
  equal(startedAt(stamps('A 6 covers q up to 4, B at 90'), request, B), undefined);
  equal(startedAt(stamps('A 6 covers other up to 5, B at 90'), request, B), undefined);
});

test('a reply is met at the earlier of the receipt and the quorum of hosts', () => {
  const both = stamps(
    'B 11 covers r up to 10, A at 200',
    'B 11 covers r up to 10, h1 at 150',
    'B 11 covers r up to 10, h2 at 160',
    'B 11 covers r up to 10, h3 at 170',
  );
  equal(metAt(both, reply, A, 2, none), 160);
  equal(metAt(both, reply, A, 3, none), 170);
  equal(metAt(both, reply, A, 0, none), 200);
  equal(metAt(stamps('B 11 covers r up to 10, h1 at 150'), reply, A, 2, none), undefined);
});

test('one host counted twice is no quorum', () => {
  equal(metAt(stamps('B 11 covers r up to 10, h1 at 150', 'B 12 covers r up to 10, h1 at 160'), reply, A, 2, none), undefined);
});

test('a stamp in another log counts below its standing head alone', () => {
  const other = stamps('A 7 covers r up to 10, A at 200');
  equal(metAt(other, reply, A, 0, none), undefined);
  equal(metAt(other, reply, A, 0, new Map([[A, 7]])), undefined);
  equal(metAt(other, reply, A, 0, new Map([[A, 8]])), 200);
});

test('a receipt is owed from the quorum of hosts until the duty starts', () => {
  const seen = stamps('A 6 covers q up to 5, h1 at 90', 'A 6 covers q up to 5, h2 at 95');
  equal(receiptOwedSince(seen, request, B, 2), 95);
  equal(receiptOwedSince(seen, request, B, 0), undefined);
  equal(receiptOwedSince([...seen, stamp('A 7 covers q up to 5, B at 100')], request, B, 2), undefined);
});

// In what follows A owes: its own document q started the clock, and B is whom it owes.
const word = 'B 7 as s covers q up to 5, B at 100';
const heard = 'B 9 covers s up to 8 of B, A at 160';

test('who owes since its own document does not put the start off by stamping late, or never', () => {
  equal(selfStartedAt(stamps('A 6 covers q up to 5, B at 100'), request, B), 100, 'its own log says it as ever');
  equal(selfStartedAt(stamps(word, heard), request, B), 160, 'its node stamps nothing: when it held their word that they hold it');
  equal(selfStartedAt(stamps(word, heard, 'A 20 covers q up to 19, B at 9000'), request, B), 160, 'a receipt of much later, stamped first');
  equal(selfStartedAt(stamps(word, heard, 'A 8 covers q up to 5, B at 100'), request, B), 100, 'what it stamped in time counts');
});

test('whom it is owed to brings the start no earlier than who owes held their word, whatever time they give themselves', () => {
  equal(selfStartedAt(stamps('B 7 as s covers q up to 5, B at 3', heard), request, B), 160);
  equal(selfStartedAt(stamps(word), request, B), undefined, 'their word alone starts nothing');
  equal(
    selfStartedAt(stamps(word, 'B 9 covers s up to 8 of B, h1 at 110'), request, B),
    undefined,
    'nor do hosts: it may have been kept from who owes',
  );
  equal(selfStartedAt(stamps(word, 'B 9 covers s up to 8 of B, C at 110'), request, B), undefined, 'nor a third party');
  equal(selfStartedAt(stamps(word, 'B 9 covers s up to 7 of B, A at 110'), request, B), undefined, 'nor a head that ends before it');
  equal(selfStartedAt(stamps('B 7 as s covers q up to 5, h1 at 100', heard), request, B), undefined, 'a word without their own receipt');
  equal(selfStartedAt(stamps('B 7 as s covers q up to 5, B at 300', heard), request, B), 300, 'never before the receipt that their word is of');
  equal(startedAt(stamps(word, heard), request, B), undefined, 'what another owes starts in the log of whoever asks alone');
});

test('of their words the first counts, and of it the first stamp: later ones never move the start', () => {
  const later = ['B 11 covers s up to 10 of B, A at 20', 'B 12 as t covers q up to 9, B at 1', 'B 14 covers t up to 13 of B, A at 2'];
  equal(selfStartedAt(stamps(word, heard, ...later), request, B), 160);
  equal(selfStartedAt(stamps(...later, heard, word), request, B), 160);
});

test('an old document is made no fresh one by stamping it late, where whom it went to has said that they hold it', () => {
  const fresh = 'A 30 covers q up to 29, B at 9000';
  equal(heldAt(stamps(fresh), request, B, 0), 9000);
  equal(heldAt(stamps(word, heard, fresh), request, B, 0), 160);
  equal(heldAt(stamps('A 30 covers q up to 29, h1 at 9000', word, heard), request, B, 1), 160);
  equal(heldAt(stamps('A 6 covers q up to 5, B at 100', word, heard), request, B, 0), 100);
});

test('while their word is not known to have been heard, a receipt of it is owed since hosts saw it', () => {
  const owed = (...lines: readonly string[]) => receiptOwedSince(stamps(...lines), request, B, 1, true);
  equal(owed('A 6 covers q up to 5, h1 at 70'), 70);
  equal(owed('A 6 covers q up to 5, h1 at 70', word), undefined, 'they hold it: what is owed now is a receipt of their word');
  equal(owed('A 6 covers q up to 5, h1 at 70', word, 'B 9 covers s up to 8 of B, h1 at 110'), 110);
  equal(owed(word, 'B 9 covers s up to 8 of B, h1 at 110', heard), undefined);
  equal(receiptOwedSince(stamps('A 6 covers q up to 5, h1 at 70', word), request, B, 1), 70, 'where another owes, only the log of whoever asks');
});

const anyTime: fc.Arbitrary<StampedTime> = fc.record({
  log: fc.nat(1),
  index: fc.nat(12),
  entry: fc.constantFrom('q', 'r', 's', 't'),
  of: fc.nat(1),
  size: fc.integer({ min: 1, max: 12 }),
  time: fc.nat(300),
  by: fc.oneof(fc.record({ party: fc.nat(2) }), fc.record({ host: fc.constantFrom('h1', 'h2', 'h3') })),
});

// One place in a log holds one stamp.
const anyStamp = anyTime.map((time) => ({ ...time, id: ['s', 't', 'u', 'v'][time.index % 4] ?? '' }));

test('the order in which stamps arrive changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyStamp, { maxLength: 10 }), fc.nat(3), (list, quorum) => {
      const turned = [...list].reverse();
      equal(startedAt(turned, request, B), startedAt(list, request, B));
      equal(metAt(turned, reply, A, quorum, new Map([[A, 6]])), metAt(list, reply, A, quorum, new Map([[A, 6]])));
      equal(receiptOwedSince(turned, request, B, quorum), receiptOwedSince(list, request, B, quorum));
      equal(receiptOwedSince(turned, request, B, quorum, true), receiptOwedSince(list, request, B, quorum, true));
      equal(selfStartedAt(turned, request, B), selfStartedAt(list, request, B));
      equal(heldAt(turned, request, B, quorum), heldAt(list, request, B, quorum));
    }),
  );
});

test('as logs grow nothing puts off a start that is known, and what the log of whom it is owed to says once it says for good', () => {
  fc.assert(
    fc.property(fc.array(anyStamp, { maxLength: 10 }), fc.array(anyStamp, { maxLength: 6 }), (list, more) => {
      const later = more.map((one, i) => ({ ...one, index: one.index + 20 + i, id: `later ${i}` }));
      const before = selfStartedAt(list, request, B);
      const then = selfStartedAt([...list, ...later], request, B);
      if (before !== undefined) ok(then !== undefined && then <= before);
      // A's own first stamp decides what A's log says; what B's log says once, it says for good.
      const known = selfStartedAt(
        list.filter(({ log }) => log === B),
        request,
        B,
      );
      const theirs = selfStartedAt(
        [...list, ...later].filter(({ log }) => log === B),
        request,
        B,
      );
      if (known !== undefined) equal(theirs, known);
    }),
  );
});

test('who owes and stamped the first receipt no later than it heard of it finds nothing moved by what the other side writes', () => {
  fc.assert(
    fc.property(fc.array(anyStamp, { maxLength: 10 }), fc.nat(200), (theirs, time) => {
      const own = { ...stamp('A 6 covers q up to 5, B at 0'), time };
      // Every receipt that A ever gave is of a moment at which it knew of this one.
      const given = theirs
        .filter(({ log, by }) => log === B && (!('party' in by) || by.party !== A))
        .concat(theirs.filter(({ log, by }) => log === B && 'party' in by && by.party === A).map((one) => ({ ...one, time: one.time + time })));
      equal(selfStartedAt([own, ...given], request, B), time);
    }),
  );
});

test('as logs grow and heads come to stand, a start stays, met stays met, and late may become met', () => {
  fc.assert(
    fc.property(
      fc.array(anyStamp, { maxLength: 10 }),
      fc.array(anyStamp, { maxLength: 5 }),
      fc.nat(3),
      fc.nat(12),
      fc.nat(5),
      (list, more, quorum, standing, grown) => {
        // A log only grows at its end: what comes later stands at a higher index.
        const later = more.map((one) => ({ ...one, index: one.index + 20 }));
        const before = startedAt(list, request, B);
        if (before !== undefined) equal(startedAt([...list, ...later], request, B), before);
        const met = metAt(list, reply, A, quorum, new Map([[A, standing]]));
        const then = metAt([...list, ...later], reply, A, quorum, new Map([[A, standing + grown]]));
        if (met !== undefined) ok(then !== undefined && then <= met);
        const dueAt = 150;
        const was = dueStatus({ startedAt: 0, dueAt, metAt: met }, 200);
        const is = dueStatus({ startedAt: 0, dueAt, metAt: then }, 200);
        if (was === 'met') equal(is, 'met');
        if (was === 'met_late') ok(is === 'met' || is === 'met_late');
      },
    ),
  );
});

test('a duty is not started, runs, is late so far, and met in time or late', () => {
  equal(dueStatus({}, 5), 'not_started');
  equal(dueStatus({ dueAt: 3 }, 5), 'not_started');
  equal(dueStatus({ startedAt: 0 }, 5), 'running');
  equal(dueStatus({ startedAt: 0, dueAt: 5 }, 5), 'running');
  equal(dueStatus({ startedAt: 0, dueAt: 5 }, 6), 'late_so_far');
  equal(dueStatus({ startedAt: 0, dueAt: 5, metAt: 5 }, 99), 'met');
  equal(dueStatus({ startedAt: 0, dueAt: 5, metAt: 6 }, 99), 'met_late');
  equal(dueStatus({ metAt: 6 }, 99), 'met');
});

test('a duty is due at the instant asked for, but never before it starts, and else after its hours or months', () => {
  const clock = (due: Clock['due']): Clock => ({
    id: 'c',
    title: 'C',
    anchor: { kind: 'request', at: 'receipt', by: 'receipt' },
    due,
    discharge: { kinds: ['reply'] },
    debtor: 'addressee',
    voluntary: true,
  });
  equal(dueAtOf(clock({ field: 'reply_by', hours: 1 }), { reply_by: 500 }, 100), 500);
  equal(dueAtOf(clock({ field: 'reply_by', hours: 1 }), { reply_by: 50 }, 100), 100);
  equal(dueAtOf(clock({ field: 'reply_by', hours: 1 }), {}, 100), 3700);
  equal(dueAtOf(clock({ field: 'reply_by' }), {}, 100), undefined);
  equal(dueAtOf(clock({ months: 1 }), {}, 0), 31 * 86_400);
});

test('a month is one of the UTC calendar, and ends where the shorter month ends', () => {
  const at = (text: string): number => parseInstant(text) ?? Number.NaN;
  for (const [from, months, to] of [
    ['2021-01-31T11:35:07Z', 1, '2021-02-28T11:35:07Z'],
    ['2024-01-31T00:00:00Z', 1, '2024-02-29T00:00:00Z'],
    ['2021-12-16T23:59:59Z', 1, '2022-01-16T23:59:59Z'],
    ['2024-02-29T12:00:00Z', 12, '2025-02-28T12:00:00Z'],
  ] as const)
    equal(addMonths(at(from), months), at(to), from);
});

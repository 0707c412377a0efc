import type { TodayItem } from '../projection/views.ts';

/** Fewer are as quickly read one by one. */
const TOGETHER = 3;

/**
 * What is asked alike of several at one moment, as one: a check sent to 56 others is one thing to read and 56 names, none of them left out. In the order of the
 * first of each; what asks differently, or calls for somebody to look first, stays alone.
 */
export function askedAlike(items: readonly TodayItem[]): readonly (readonly TodayItem[])[] {
  const alike = Map.groupBy(items, ({ due, act, ref, exercise, corrected }) =>
    JSON.stringify([
      act,
      due.kind,
      due.title,
      due.summary,
      ref,
      due.dueAt,
      due.status,
      due.follows,
      due.over,
      due.exchange,
      due.earlierWords,
      corrected,
      due.answer !== undefined,
      exercise,
    ]),
  );
  const groups = [...alike.values()].flatMap((group) => {
    const together = group.filter(({ unacknowledged, due }) => unacknowledged !== true && due.receiptOwedSince === undefined);
    const channels = new Set(together.map(({ channel }) => channel));
    if (channels.size < TOGETHER || channels.size < together.length) return group.map((item) => [item]);
    return [together, ...group.filter((item) => !together.includes(item)).map((item) => [item])];
  });
  const at = new Map(items.map((item, i) => [item, i]));
  const first = ([item]: readonly TodayItem[]): number => (item === undefined ? 0 : (at.get(item) ?? 0));
  return groups.sort((a, b) => first(a) - first(b));
}

/** One step of a system: what happened, in words, and the state it leads to. */
export type Move<State> = { readonly label: string; readonly to: State };

/** A system to search: where it starts, what may happen, what must hold of each step. States are never changed, only replaced. */
export type System<State extends object> = {
  readonly start: State;
  readonly moves: (state: State) => Iterable<Move<State>>;
  /** One text a state: equal texts, equal states; and back. Of many that wait to be searched all but the first wait as text, which is small. */
  readonly format: (state: State) => string;
  readonly parse: (text: string) => State;
  /** The sentence that a state breaks, if any. */
  readonly wrong: (state: State) => string | undefined;
  /** The sentence that a step breaks, if any. */
  readonly broken: (from: State, to: State) => string | undefined;
};

/** What a search found. `depth` is the longest shortest way to a state; `complete` is false when the limit of states ended it. */
export type Search = {
  readonly states: number;
  readonly steps: number;
  readonly depth: number;
  readonly complete: boolean;
  readonly violation?: { readonly sentence: string; readonly trace: readonly string[] };
};

/**
 * Searches all states breadth first, so that the first violation found is one of the shortest.
 *
 * Of a visited state only 53 bits of a hash are kept (two different states are taken for one with probability under 1e-4 at a million states),
 * and by which move it was first reached; a counterexample is played again from the start.
 */
export function explore<State extends object>(system: System<State>, maxStates = Number.POSITIVE_INFINITY): Search {
  const seen = new Set<number>([hash53(system.format(system.start))]);
  const ways: Way[] = [{ parent: -1, ordinal: 0 }];
  let layer: Waiting<State>[] = [{ waits: system.start, number: 0 }];
  let steps = 0;
  for (let depth = 0; ; depth++) {
    const next: typeof layer = [];
    for (const { waits, number } of layer) {
      const state = typeof waits === 'string' ? system.parse(waits) : waits;
      let ordinal = 0;
      for (const move of system.moves(state)) {
        steps++;
        const way = { parent: number, ordinal: ordinal++ };
        const reached = system.format(move.to);
        const key = hash53(reached);
        const isNew = !seen.has(key);
        const sentence = system.broken(state, move.to) ?? (isNew ? system.wrong(move.to) : undefined);
        if (sentence !== undefined) {
          return { states: seen.size, steps, depth, complete: false, violation: { sentence, trace: replay(system, ways, way) } };
        }
        if (!isNew) continue;
        seen.add(key);
        ways.push(way);
        if (seen.size >= maxStates) return { states: seen.size, steps, depth, complete: false };
        next.push({ waits: next.length < KEPT ? move.to : reached, number: ways.length - 1 });
      }
    }
    if (next.length === 0) return { states: seen.size, steps, depth, complete: true };
    layer = next;
  }
}

/** Of a layer so many states are kept as they are, with what they share with others and what was computed of it. */
const KEPT = 20_000;

type Waiting<State extends object> = { readonly waits: State | string; readonly number: number };

/** How a state was first reached: from which, by its how-manieth move. */
type Way = { readonly parent: number; readonly ordinal: number };

function replay<State extends object>(system: System<State>, ways: readonly Way[], last: Way): readonly string[] {
  const path = [last];
  for (let at = last.parent; at > 0; ) {
    const way = ways[at] as Way;
    path.unshift(way);
    at = way.parent;
  }
  let state = system.start;
  return path.map(({ ordinal }) => {
    const move = [...system.moves(state)][ordinal] as Move<State>;
    state = move.to;
    return move.label;
  });
}

/** 53 bits of a text: two 32-bit multiplicative hashes side by side. */
export function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

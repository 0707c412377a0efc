/** A log as far as it is known: what its lineage is computed from. */
export type LogFact = {
  readonly origin: string;
  readonly party: number;
  readonly gen: string;
  /** Entries held under its signed head. */
  readonly size: number;
  /** The largest prefix held here that every other party receipted. */
  readonly standing: number;
  /** Whether two heads of it that cannot both be true are known. */
  readonly forked: boolean;
  /** What its generation note says; a founding log has none. */
  readonly opening?: { readonly n: number; readonly hash: string; readonly parent: string; readonly size: number };
};

/** What must be looked up in the logs themselves; `undefined` while it cannot be. */
export type LineageSource = {
  /** Whether the log `parent` has, at the size that the generation note of `origin` names, the root it names. */
  readonly isPrefix: (origin: string, parent: string) => boolean | undefined;
  /** Whether the generation note of `origin` was signed by the identity in force, and numbered right, where its parent ends at `at`. */
  readonly isSigned: (origin: string, at: number) => boolean | undefined;
};

/**
 * How a log counts. `open` to its head; `closed` (a later generation continues it) to the larger of standing and what is continued; `forked` to standing
 * alone; `waiting` not yet, since something it builds on is not here; `void` never, as things are known.
 */
export type LogStatus = {
  readonly origin: string;
  readonly party: number;
  readonly gen: string;
  readonly status: 'open' | 'closed' | 'forked' | 'waiting' | 'void';
  /** Entries that count; the rest is shown, not counted. */
  readonly counted: number;
  /** Entries that may be read so far: less than `counted` where a generation note must be judged first. */
  readonly readTo: number;
  /** Entries that may come to stand in it: a closed log takes what its continuations build on, a forked one nothing. */
  readonly takes: number;
  /** Place of the log in its party's sequence, from 0; -1 where it does not count. */
  readonly ordinal: number;
  /** Origin of the log it continues. */
  readonly parent?: string;
};

/** A generation note whose signatures are to be judged with the state of its parent's reader at `at`. */
export type DueJudgement = { readonly origin: string; readonly parent: string; readonly at: number };

/** All logs of a channel in their places. `sequences` are origins, party by party, in order. */
export type Lineage = {
  readonly logs: ReadonlyMap<string, LogStatus>;
  readonly sequences: readonly (readonly string[])[];
  readonly due: readonly DueJudgement[];
};

type Node = { readonly fact: LogFact; readonly parent?: LogFact };

/**
 * The lineage of all logs (spec/generations.md): a pure function of what is known, whatever order it came in.
 *
 * A party's logs form a tree: its founding log, and generations each continuing another. A log's sequence is its counted prefix, then its children
 * ordered by (n, note hash), each with its own. A note is judged where its parent's words end for it: at the larger of standing and what it
 * continues, of a forked parent at standing; so neither a sibling nor an unreceipted word of the parent can undo it.
 */
export function lineageOf(facts: readonly LogFact[], source: LineageSource): Lineage {
  const parties = Math.max(-1, ...facts.map(({ party }) => party)) + 1;
  const logs = new Map<string, LogStatus>();
  const sequences: string[][] = [];
  const due: DueJudgement[] = [];
  for (let party = 0; party < parties; party++) {
    const own = facts.filter((fact) => fact.party === party);
    const sequence: string[] = [];
    sequences.push(sequence);
    const twins = twinsOf(own);
    const continuing = Map.groupBy(own, ({ opening }) => opening?.parent);
    const stack: Node[] = own.filter(({ opening }) => opening === undefined).map((fact) => ({ fact }));
    const taken = new Set(stack.map(({ fact }) => fact.gen));
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const { fact, parent } = node;
      const found = childrenOf(fact, continuing.get(fact.gen) ?? [], source, twins, taken);
      due.push(...found.due);
      logs.set(fact.origin, statusOf(fact, found, sequence.length, parent));
      sequence.push(fact.origin);
      // Last first: the stack gives them back in order.
      for (const child of [...found.valid].reverse()) {
        taken.add(child.gen);
        stack.push({ fact: child, parent: fact });
      }
      for (const child of found.refused) if (!logs.has(child.origin)) logs.set(child.origin, outside(child, 'void'));
    }
    for (const fact of own) if (!logs.has(fact.origin)) logs.set(fact.origin, outside(fact, 'waiting'));
  }
  return { logs, sequences, due };
}

/** Where a generation note is judged on its parent. */
export function judgedAt(parent: Pick<LogFact, 'standing' | 'forked'>, continues: number): number {
  return parent.forked ? parent.standing : Math.max(parent.standing, continues);
}

type Children = { readonly valid: readonly LogFact[]; readonly refused: readonly LogFact[]; readonly due: readonly DueJudgement[] };

/** `continuing`: the logs whose notes name the generation of `parent`. */
function childrenOf(
  parent: LogFact,
  continuing: readonly LogFact[],
  source: LineageSource,
  twins: (fact: LogFact) => readonly LogFact[],
  taken: ReadonlySet<string>,
): Children {
  const valid: LogFact[] = [];
  const refused: LogFact[] = [];
  const due: DueJudgement[] = [];
  const verdict = (fact: LogFact): 'valid' | 'void' | 'due' | 'waiting' => {
    const { opening } = fact;
    if (opening === undefined || opening.parent !== parent.gen) return 'waiting';
    const at = judgedAt(parent, opening.size);
    // Beyond what stands of a forked parent either branch may be meant, and neither counts.
    const prefix = parent.forked && opening.size > parent.standing ? true : source.isPrefix(fact.origin, parent.origin);
    if (prefix === false) return 'void';
    if (prefix === undefined || at > parent.size) return 'waiting';
    const signed = source.isSigned(fact.origin, at);
    if (signed === undefined) return 'due';
    return signed ? 'valid' : 'void';
  };
  const firsts = new Map<string, LogFact | undefined>();
  const firstOf = (fact: LogFact): LogFact | undefined => {
    if (!firsts.has(fact.gen))
      firsts.set(
        fact.gen,
        twins(fact).find((twin) => verdict(twin) !== 'void'),
      );
    return firsts.get(fact.gen);
  };
  for (const fact of continuing) {
    if (fact.opening === undefined) continue;
    const found = verdict(fact);
    if (found === 'void' || taken.has(fact.gen)) {
      refused.push(fact);
      continue;
    }
    if (found === 'due') due.push({ origin: fact.origin, parent: parent.origin, at: judgedAt(parent, fact.opening.size) });
    // Of several logs under one name only one counts: the one that stands, else the first; while that is not known, none.
    const first = firstOf(fact);
    if (found === 'valid' && (first === undefined || first === fact)) valid.push(fact);
    else if (found === 'valid' && first !== undefined && verdict(first) === 'valid') refused.push(fact);
  }
  return { valid: valid.sort(inOrder), refused, due };
}

function statusOf(fact: LogFact, { valid, due }: Children, ordinal: number, parent: LogFact | undefined): LogStatus {
  const continued = Math.max(0, ...valid.map((child) => child.opening?.size ?? 0));
  const status = fact.forked ? 'forked' : valid.length > 0 ? 'closed' : 'open';
  const counted = fact.forked ? fact.standing : valid.length > 0 ? Math.max(fact.standing, continued) : fact.size;
  const { origin, party, gen } = fact;
  return {
    origin,
    party,
    gen,
    status,
    counted,
    readTo: Math.min(counted, ...due.map(({ at }) => at)),
    takes: fact.forked ? 0 : valid.length > 0 ? continued : Number.MAX_SAFE_INTEGER,
    ordinal,
    ...(parent === undefined ? {} : { parent: parent.origin }),
  };
}

function outside({ origin, party, gen }: LogFact, status: 'waiting' | 'void'): LogStatus {
  return { origin, party, gen, status, counted: 0, readTo: 0, takes: 0, ordinal: -1 };
}

/** Logs of one party under one generation name, the one that stands most first, then in order. */
function twinsOf(own: readonly LogFact[]): (fact: LogFact) => readonly LogFact[] {
  const byGen = Map.groupBy(own, ({ gen }) => gen);
  for (const twins of byGen.values()) twins.sort((a, b) => b.standing - a.standing || inOrder(a, b));
  return (fact) => byGen.get(fact.gen) ?? [];
}

/** Siblings by (n, note hash): the same on every node. */
function inOrder(a: LogFact, b: LogFact): number {
  const [x, y] = [a.opening, b.opening];
  return (x?.n ?? 0) - (y?.n ?? 0) || ((x?.hash ?? '') < (y?.hash ?? '') ? -1 : 1);
}

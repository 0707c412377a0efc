/**
 * Refusals: what Parley declines to do, each with a stable code. A bug is an assertion; a counterparty's irregularity is a finding;
 * neither is thrown as a `ParleyError`.
 */

/**
 * Exit codes of the command line, part of its contract: `refused` is for want of a right (who signs, who signs in, whose key, passphrase or sentence), never
 * for what is said; what cannot be said, or not now, is `failure`.
 */
export const EXIT = { ok: 0, failure: 1, usage: 2, notVerified: 3, fork: 4, refused: 5, unreachable: 6, unsafe: 7 } as const;

type Row = {
  /** HTTP status on both doors. */
  readonly http: number;
  /** Exit code of the command line. */
  readonly exit: number;
  /** What happened, for a duty officer. */
  readonly sentence: string;
  /** What is safe. */
  readonly safe: string;
  /** What to do next. */
  readonly next: string;
};

const NOTHING_SENT = 'Nothing was sent and nothing was changed.';

/** One row per code; a code's meaning never changes. */
export const REFUSALS = {
  usage: {
    http: 400,
    exit: EXIT.usage,
    sentence: 'The command is not complete or not known.',
    safe: NOTHING_SENT,
    next: 'Run it with --help to see examples.',
  },
  answered_no: {
    http: 409,
    exit: EXIT.usage,
    sentence: 'The answer was no.',
    safe: NOTHING_SENT,
    next: 'Run it again to be asked again.',
  },
  invalid: {
    http: 400,
    exit: EXIT.failure,
    sentence: 'What was given is not in the form expected.',
    safe: NOTHING_SENT,
    next: 'Correct it and try again.',
  },
  too_large: {
    http: 413,
    exit: EXIT.failure,
    sentence: 'What was given is larger than the limit.',
    safe: NOTHING_SENT,
    next: 'Attach long content as a file, or split it.',
  },
  not_found: {
    http: 404,
    exit: EXIT.failure,
    sentence: 'There is no such thing here.',
    safe: 'Nothing was changed.',
    next: 'Check the reference, or list what there is.',
  },
  not_signed_in: {
    http: 401,
    exit: EXIT.refused,
    sentence: 'You are not signed in.',
    safe: NOTHING_SENT,
    next: 'Sign in and try again; your draft is kept on this device.',
  },
  not_allowed: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'You are not allowed to do this.',
    safe: NOTHING_SENT,
    next: 'Ask whoever administers this node.',
  },
  not_accredited: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'This key is not accredited to sign in this channel.',
    safe: NOTHING_SENT,
    next: 'Ask your party to accredit it with "parley representative add".',
  },
  recalled: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'This representative has been recalled and cannot sign here now.',
    safe: NOTHING_SENT,
    next: 'A return to post by the level that recalled opens signing again.',
  },
  unacknowledged: {
    http: 409,
    exit: EXIT.refused,
    sentence: 'It answers somebody whose accreditation nobody here has acknowledged yet.',
    safe: NOTHING_SENT,
    next: 'Look at who now speaks for the other side and acknowledge it, on the page of people or with "parley acknowledge".',
  },
  out_of_scope: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'This representative is not accredited for this kind of document or this marking.',
    safe: NOTHING_SENT,
    next: 'Have somebody with that scope sign, or extend the accreditation.',
  },
  clearance_needed: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'A second person of this party must clear this document before it is sent.',
    safe: NOTHING_SENT,
    next: 'Send it for clearance; what another accredited person cleared can then be signed, byte for byte.',
  },
  not_a_party: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'The signature is not one of a party to this channel.',
    safe: 'Nothing was disclosed.',
    next: 'Check which channel and which node this is.',
  },
  non_paper: {
    http: 422,
    exit: EXIT.failure,
    sentence: 'A non-paper is meant to bind nobody, and this record binds whoever signs it.',
    safe: NOTHING_SENT,
    next: 'Hand it over outside the record, or send it as an aide-memoire.',
  },
  not_open: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'The channel is not open yet: its founding is not complete on both sides.',
    safe: NOTHING_SENT,
    next: 'Finish the founding; "parley channels" shows what is missing.',
  },
  founding_ended: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'This founding was declined or its date has passed.',
    safe: 'No channel was founded.',
    next: 'Send a new invitation.',
  },
  sentence_wrong: {
    http: 422,
    exit: EXIT.refused,
    sentence: 'The sentence typed is not the one the other side must read.',
    safe: 'Nothing was signed.',
    next: 'Ask them to read it again; if it still differs, somebody may be in between: stop and compare by another way.',
  },
  passphrase_wrong: {
    http: 403,
    exit: EXIT.refused,
    sentence: 'The passphrase does not open this key.',
    safe: NOTHING_SENT,
    next: 'Type it again. If it is lost: the printed recovery replaces an identity key; for a representative another key is made and accredited.',
  },
  exists: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'Something stands there already, and nothing is written over it.',
    safe: NOTHING_SENT,
    next: 'Give another name, or move away what stands there.',
  },
  withdrawn: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'This document is withdrawn already.',
    safe: NOTHING_SENT,
    next: 'Nothing is left to do: it stays on the record, marked as withdrawn.',
  },
  does_not_fit: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'It does not fit with where the matter stands, and would change nothing.',
    safe: NOTHING_SENT,
    next: 'Look at where it stands: the other side may have said something meanwhile.',
  },
  committed: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'This side has done that in this exchange already.',
    safe: NOTHING_SENT,
    next: 'The first commitment binds, and what was revealed stands; a message can say what is to be said beside it.',
  },
  not_committed: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'Not every side is committed, and whoever reveals now is read by one that can still choose its own words.',
    safe: NOTHING_SENT,
    next: 'Wait until every side is committed. Whoever means to reveal all the same says so: --early, or the button on the screen.',
  },
  before_moment: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'The moment of the exchange has not come: whoever reveals now is read before it.',
    safe: NOTHING_SENT,
    next: 'Wait until it has come. Whoever means to reveal all the same says so: --early, or the button on the screen.',
  },
  not_kept: {
    http: 404,
    exit: EXIT.failure,
    sentence: 'What this side committed to is not kept here, and nothing else can be revealed.',
    safe: NOTHING_SENT,
    next: 'It was kept by the node that the commitment was made on, and stands in its backups from then on.',
  },
  conflict: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'It changed while you were working.',
    safe: NOTHING_SENT,
    next: 'Look at it again and repeat.',
  },
  gap: {
    http: 409,
    exit: EXIT.failure,
    sentence: 'Earlier entries are missing here.',
    safe: 'What is held stays held.',
    next: 'Send from the size named in the answer.',
  },
  proof_invalid: {
    http: 422,
    exit: EXIT.notVerified,
    sentence: 'The proof does not show that the new history continues the old one.',
    safe: 'The history held here is unchanged.',
    next: 'If their node repeats this, open the channel page: two histories may exist.',
  },
  heads_unproved: {
    http: 422,
    exit: EXIT.notVerified,
    sentence: 'Our own node does not show that its record continues what this key knows of it.',
    safe: NOTHING_SENT,
    next: 'A node that was restored pulls its record back first: "parley status" says how far it is. If it stays so, ask whoever runs our node.',
  },
  signature_invalid: {
    http: 403,
    exit: EXIT.notVerified,
    sentence: 'A signature that must be there is missing or wrong.',
    safe: 'Nothing was accepted.',
    next: 'Ask the sender to send again.',
  },
  clock_ahead: {
    http: 422,
    exit: EXIT.unsafe,
    sentence: 'A clock is wrong by more than five minutes.',
    safe: 'Nothing was accepted.',
    next: 'Set the clock of the node that is ahead.',
  },
  fork: {
    http: 409,
    exit: EXIT.fork,
    sentence: 'Two histories exist: two signed heads of one log cannot both be true.',
    safe: 'Everything receipted before stands.',
    next: 'Keep the proof; nothing further is accepted in this log.',
  },
  unsafe_state: {
    http: 503,
    exit: EXIT.unsafe,
    sentence: 'This node cannot prove that its own history is the newest it signed, so it signs nothing.',
    safe: 'Nothing was signed; everything held can be read.',
    next: 'Leave the .mark file where it is. A node that is being restored goes on by itself; else a new generation is needed: see docs/operation.md.',
  },
  locked: {
    http: 503,
    exit: EXIT.unsafe,
    sentence: 'Another process is using this directory.',
    safe: 'Nothing was changed.',
    next: 'Stop the other process, then try again.',
  },
  start_failed: {
    http: 503,
    exit: EXIT.unreachable,
    sentence: 'A node did not come up in time.',
    safe: 'What was acknowledged is kept.',
    next: 'Its messages stand in the file named. On a machine that is busy with other work, start it again.',
  },
  store_damaged: {
    http: 500,
    exit: EXIT.unsafe,
    sentence: 'What was read back from disk is not what was written.',
    safe: 'Nothing was signed over it.',
    next: 'Run "parley fsck" and check the disk.',
  },
  disk_full: {
    http: 507,
    exit: EXIT.unsafe,
    sentence: 'The disk is full.',
    safe: 'Everything held can be read; nothing new was signed.',
    next: 'Free some space; the node goes on by itself.',
  },
  unreachable: {
    http: 502,
    exit: EXIT.unreachable,
    sentence: 'The other node cannot be reached.',
    safe: 'Your document is kept and will be sent when it answers.',
    next: 'Nothing to do; check the address if it stays so.',
  },
  test_not_taken: {
    http: 502,
    exit: EXIT.failure,
    sentence: 'The test message was not taken.',
    safe: 'Nothing was changed: what waits to be told is tried again by itself.',
    next: 'Put right what is named, in notices.json or on that server, and test again: the file is read anew each time.',
  },
  host_unreachable: {
    http: 502,
    exit: EXIT.unreachable,
    sentence: 'The neutral host cannot be reached.',
    safe: NOTHING_SENT,
    next: 'Check its address, and that it runs; then repeat.',
  },
  pin_mismatch: {
    http: 502,
    exit: EXIT.notVerified,
    sentence: 'The node that answered does not hold the key both sides agreed on.',
    safe: 'The connection was closed before anything was sent.',
    next: 'Somebody may be in between: compare by telephone, and correct the address.',
  },
  quota: {
    http: 429,
    exit: EXIT.failure,
    sentence: 'Too much at once; the rest waits.',
    safe: 'What was held stays held.',
    next: 'It will be sent again later by itself.',
  },
  stopping: {
    http: 503,
    exit: EXIT.unreachable,
    sentence: 'The node is stopping.',
    safe: 'What was acknowledged is kept.',
    next: 'Try again when it is up.',
  },
} as const satisfies Record<string, Row>;

/** A refusal's stable code. */
export type RefusalCode = keyof typeof REFUSALS;

/**
 * A refusal, shown as `sentence: detail`, what is safe, and what to do next.
 *
 * `detail` is lower case, says what was expected, and never holds a secret or a counterparty's markup.
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: RefusalCode;
  readonly detail: string;
  /** Machine-readable facts, such as the size a peer should send from. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: RefusalCode, detail = '', facts: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
    super(detail === '' ? REFUSALS[code].sentence : `${REFUSALS[code].sentence} (${detail})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
    this.facts = facts;
  }

  get http(): number {
    return REFUSALS[this.code].http;
  }

  get exit(): number {
    return REFUSALS[this.code].exit;
  }

  /** What is safe, one sentence. */
  get safe(): string {
    return REFUSALS[this.code].safe;
  }

  /** What to do next, one sentence. */
  get next(): string {
    return REFUSALS[this.code].next;
  }
}

/** Stops with a bug when `condition` is false; for what must hold, never for input. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`bug: ${what}`);
}

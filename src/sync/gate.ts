import { equal, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { strictJson } from '../base/json.ts';
import { MAX_CHECKPOINT_SIZE, MAX_PUSH_SIZE } from '../base/limits.ts';
import { formatBundle } from '../entry/bundle.ts';
import { originHash } from '../tlog/origin.ts';
import { formatAddCheckpoint } from '../tlog/witness-request.ts';
import { askAll, contradicts, convictIfOther, type GateAnswer, type GatePeers, isAgainst } from './gate-answers.ts';
import { firstLeaf } from './leaves.ts';
import type { LogReader } from './log-reader.ts';
import { refillOwn } from './refill.ts';
import { logIn, type Replica } from './replica.ts';
import { inOneTurn, LogTurn, type Turn } from './turn.ts';

/**
 * Where an own log stands since the start of its node: `closed`: nothing was signed yet; `open`: it signs; `recovering`: it signs nothing and is pulled back
 * from whoever holds it; `ended`: it takes no more entries, and only a new generation goes on. A log that recovers may be left for a new generation at any time.
 */
export type GateState = 'closed' | 'open' | 'recovering' | 'ended';

/** How the mark stands to the log held here. `reparable`: refilling may make them equal. */
export type MarkVerdict = { readonly matches: true } | { readonly matches: false; readonly reparable: boolean; readonly why: string };

/** Collection of local records, one an own log that somebody contradicted: `{who, size, note}`, the note with the two lines of the log. */
export const CONTRADICTIONS = 'gate';

/**
 * The start gate of one own log (spec/sync.md, "Gate"): after any start, before the first signature over an own head, the mark must be the head held or
 * the pending one, and nobody who can be reached may show another head of ours.
 *
 * Answers refill or contradict; they never authorise. The mark alone lets sign, and where it does not, the log is pulled back from the others and signs again
 * only if that gives exactly the head that the mark names. What speaks against the mark is written into it before anything else is done, so that no crash
 * and no silence forgets it.
 */
export class StartGate {
  readonly #replica: Replica;
  readonly #peers: GatePeers;
  readonly #onChange: (state: GateState, answers: readonly GateAnswer[]) => void;
  readonly #turn = new LogTurn();
  #state: GateState = 'closed';
  #reason: ParleyError | undefined;

  constructor(replica: Replica, peers: GatePeers, onChange: (state: GateState, answers: readonly GateAnswer[]) => void) {
    this.#replica = replica;
    this.#peers = peers;
    this.#onChange = onChange;
  }

  get state(): GateState {
    return this.#state;
  }

  /** Why nothing is signed; `undefined` while nothing speaks against it. */
  get refusal(): ParleyError | undefined {
    return this.#reason;
  }

  /** Runs what writes the own log; never while it is refilled. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#turn.run(work);
  }

  /** Runs what leaves the own log for a new generation, whoever is waited for there. */
  leave<T>(work: () => Promise<T>): Promise<T> {
    return this.#turn.leave(work);
  }

  /** The turn of the log that is written. */
  get turn(): Turn {
    return this.#turn;
  }

  /** Another log is written from here on: a generation that was opened. Call it in the log's turn. */
  enter(): void {
    this.#state = 'closed';
    this.#reason = undefined;
  }

  /** Refuses `unsafe_state` where it is known already that nothing is signed; nobody is asked. */
  mustNotBeShut(): void {
    if (this.#reason !== undefined) throw this.#reason;
    const { generations, us } = this.#replica;
    // Whoever made the second history has our keys, or we were led into it: this log takes no more entries.
    if (generations.isForked(generations.current(us).origin)) throw new ParleyError('unsafe_state', 'two histories of our own log exist');
  }

  /**
   * Lets through whoever is about to sign an own head, or refuses `unsafe_state`; the first call after a start asks the others. Refuses `conflict` where the
   * log is to be left meanwhile.
   */
  async pass(): Promise<void> {
    this.mustNotBeShut();
    if (this.#state === 'open') return;
    const mark = await judgeMark(this.#replica);
    if (!mark.matches) throw this.#recover(mark.why);
    const log = await logIn(this.#replica, this.#replica.us);
    // Nothing to show yet, and the first leaf is the same whoever signs it; they are asked once there is more to lose.
    if (log.size === 0) return;
    const answers = await this.#submit();
    const against = answers.filter(isAgainst);
    if (against.length > 0) throw await this.#contradicted(against);
    this.#become('open', answers);
  }

  /** Somebody shows a head of ours that is not here, in answer to a push or a submission. */
  async contradicted(error: ParleyError): Promise<void> {
    await this.#replica.mark.distrust((await logIn(this.#replica, this.#replica.us)).origin);
    if (this.#state !== 'ended') this.#recover(error.detail);
  }

  /**
   * RECOVERING: asks everybody for our own heads, pulls back what is missing here, and judges anew. Resolves with the state it leads to: still
   * `recovering` while a party that may hold more does not answer, or ends before it has given all. Refuses `conflict` where the log is to be left meanwhile.
   */
  recover(reader: LogReader): Promise<GateState> {
    return this.#turn.run(async () => {
      if (this.#state !== 'recovering') return this.#state;
      const { store, us, mark } = this.#replica;
      const { origin, size, pendingSize } = await logIn(this.#replica, us);
      // What was never signed is nothing that the others could hold; it would stand in the way.
      if (pendingSize > size) await store.unstage(origin, size);
      const first = firstLeaf(this.#replica, this.#replica.generations.current(us));
      if (size === 0 && mark.own(origin)?.size === 1) await store.stage(origin, 0, [first], true);
      const answers = await this.#look();
      await this.#distrustIf(answers);
      const unfinished = await this.#refill(reader, answers);
      const verdict = await judgeMark(this.#replica);
      if (verdict.matches) {
        const again = await this.#submit();
        await this.#distrustIf(again);
        if (!again.some(isAgainst)) this.#become('open', again);
        else this.#become('ended', again, await this.#lastWords());
        return this.#state;
      }
      const silent = answers.filter(({ role, says, who }) => role === 'party' && (says === 'nothing' || unfinished.has(who)));
      if (verdict.reparable && silent.length > 0) {
        this.#recover(`${verdict.why}; not heard yet: ${silent.map(({ name }) => name).join(', ')}`);
        return this.#state;
      }
      this.#become('ended', answers, await this.#lastWords());
      return this.#state;
    });
  }

  /** Pulls back from whoever shows more; resolves with those who ended before they had given all. */
  async #refill(reader: LogReader, answers: readonly GateAnswer[]): Promise<ReadonlySet<number>> {
    const { generations, us, now } = this.#replica;
    const holders = answers.filter(({ role, says }) => role === 'party' && says === 'later').sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
    const unfinished = new Set<number>();
    for (const { who } of holders) {
      const ask = async (path: string): Promise<Uint8Array | undefined> => {
        const answer = await this.#turn.waitFor(() => this.#peers.party(who, { method: 'GET', path }, MAX_PUSH_SIZE));
        if (answer.status !== 200 && answer.status !== 404) throw new ParleyError('unreachable', `they answered ${answer.status}`);
        return answer.status === 200 ? answer.body : undefined;
      };
      const outcome = await refillOwn(this.#replica, reader, generations.current(us), inOneTurn(ask, now));
      this.#turn.mustStay();
      if (outcome === 'other_history') await this.#replica.mark.distrust((await logIn(this.#replica, this.#replica.us)).origin);
      if (outcome === 'broke_off') unfinished.add(who);
    }
    await reader.catchUp();
    return unfinished;
  }

  /** Everybody's head of our log, without offering ours. */
  #look(): Promise<readonly GateAnswer[]> {
    return this.#turn.waitFor(() => askAll(this.#replica, this.#peers, async (send, path) => send({ method: 'GET', path }, MAX_CHECKPOINT_SIZE)));
  }

  /** Everybody's answer to our head, offered with its own size as the old one; who does not simply hold it is asked what they hold. */
  async #submit(): Promise<readonly GateAnswer[]> {
    const log = await logIn(this.#replica, this.#replica.us);
    const push = formatBundle([
      { name: 'old', bytes: utf8(String(log.size)) },
      { name: 'checkpoint', bytes: log.note },
    ]);
    const submit = formatAddCheckpoint({ oldSize: log.size, path: [], checkpoint: log.note });
    const hash = originHash(log.origin) ?? '';
    const ask = (): Promise<readonly GateAnswer[]> =>
      askAll(this.#replica, this.#peers, async (send, path, role) => {
        const offer = role === 'party' ? { path: `/log/${hash}/push`, body: push } : { path: '/add-checkpoint', body: submit };
        const offered = await send({ method: 'POST', ...offer }, MAX_CHECKPOINT_SIZE);
        // Whatever they say to it, only a note of ours counts: an answer 200 says nothing that a liar could not say.
        return offered.status === 200 ? undefined : send({ method: 'GET', path }, MAX_CHECKPOINT_SIZE);
      });
    return this.#turn.waitFor(ask);
  }

  async #contradicted(against: readonly GateAnswer[]): Promise<ParleyError> {
    await this.#distrustIf(against);
    const [first] = against;
    return this.#recover(`${first?.name} shows our head of size ${first?.size}, which is not in this directory`);
  }

  /** A head of ours beyond the mark, or beside what is held: the mark was rolled back, and no later answer makes it true again. */
  async #distrustIf(answers: readonly GateAnswer[]): Promise<void> {
    const { mark, store, us } = this.#replica;
    const { origin } = await logIn(this.#replica, us);
    for (const answer of answers) await convictIfOther(this.#replica, answer);
    const marked = mark.own(origin);
    const worst = answers.filter((answer) => contradicts(answer, marked)).sort((a, b) => (b.size ?? 0) - (a.size ?? 0))[0];
    if (worst === undefined) return;
    await mark.distrust(origin);
    const kept = { who: worst.name, size: worst.size ?? 0, note: toBase64url(worst.note ?? new Uint8Array()) };
    await store.putLocal(CONTRADICTIONS, origin, strictJson(kept));
  }

  async #lastWords(): Promise<string> {
    const verdict = await judgeMark(this.#replica);
    return `${verdict.matches ? 'another head of ours was shown' : verdict.why}; this log goes on in a new generation alone: "parley generation open"`;
  }

  #recover(why: string): ParleyError {
    this.#become('recovering', [], why);
    return this.#reason as ParleyError;
  }

  #become(state: GateState, answers: readonly GateAnswer[], why?: string): void {
    const before = this.#state;
    this.#state = state;
    this.#reason = why === undefined ? undefined : new ParleyError('unsafe_state', why);
    if (before !== state) this.#onChange(state, answers);
  }
}

/** Whether the mark is the head held here, or the pending one; if not, whether refilling could make it so. */
export async function judgeMark(replica: Replica): Promise<MarkVerdict> {
  const log = await logIn(replica, replica.us);
  const mark = replica.mark.own(log.origin);
  const no = (reparable: boolean, why: string): MarkVerdict => ({ matches: false, reparable, why });
  if (mark === undefined) return no(false, 'the mark beside the data directory was lost, or this is a copy of another directory');
  if (replica.mark.isRetired(log.origin)) return no(false, 'a later generation of this log was opened, which is not in this directory');
  if (mark.distrusted) return no(false, `the mark was rolled back: a head of ours is known that it does not name`);
  if (mark.size < log.size) return no(false, `the mark names size ${mark.size}, older than what is held here, ${log.size}`);
  if (mark.size === log.size)
    return equal(mark.root, log.root) ? { matches: true } : no(false, `the mark names another head of size ${mark.size} than is held here`);
  // What a crash left between mark and commit: exactly these entries were about to be signed, and signing them again gives the same head. One left while the
  // log was pulled back may lack texts: what is signed here is held whole here, and no act that accounts for them was looked for yet.
  const isWhole = log.openedSize >= log.pendingSize;
  const isPending = isWhole && log.pendingSize === mark.size && equal(await replica.store.rootAt(log.origin, mark.size), mark.root);
  return isPending
    ? { matches: true }
    : no(true, `the mark names size ${mark.size}, this directory holds ${log.size}: a backup may have been restored`);
}

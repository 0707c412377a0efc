import { ParleyError } from '../base/errors.ts';
import { RESUBMIT_INTERVAL } from '../base/limits.ts';
import type { After } from '../base/ports.ts';
import type { GateAnswer } from '../sync/gate-answers.ts';
import type { KnownLog } from '../sync/generations.ts';
import { linesKnown, pushLines, pushTo, receiptedSize, type SendToParty } from '../sync/push.ts';
import { rowOf } from '../sync/replica.ts';
import { systemAfter } from './crypto.ts';
import { fetchBlobs } from './fetch-blobs.ts';
import { deliverFounding } from './founding-delivery.ts';
import { foundingKeys } from './founding-record.ts';
import { Histories } from './histories.ts';
import { announceGeneration, remindOfGenerations } from './opening.ts';
import type { PartyNode } from './party-node.ts';
import { noteGate, pullLogs, refillOwnLog } from './refilling.ts';
import { stampAll } from './stamps.ts';
import { submitHeads } from './submitting.ts';
import { WorkLines } from './work-lines.ts';

/**
 * How the exchange with one peer or host stands, for the page that says why something has not arrived. `signs`: `false` where it answers and gives no
 * receipt for what it was given.
 */
export type PeerStatus = { readonly reachable: boolean | null; readonly lastSeen?: number; readonly lastError?: string; readonly signs?: false };

/** How often a party is reminded of its generations though nothing new came. */
const REMINDER_SECONDS = 60;

/**
 * What carries a node's heads to its peers: one line of work a peer and host ({@link WorkLines}), so that one that hangs delays nobody else.
 * Nothing is kept here that the store does not hold: a crash loses nothing.
 */
export class Exchange {
  readonly #node: PartyNode;
  readonly #lines: WorkLines;
  readonly #status = new Map<string, PeerStatus>();
  readonly #known = new Map<string, number>();
  /** By party and log, whose lines over its head they were shown last. */
  readonly #shown = new Map<string, string>();
  /** Generations of ours that a party was told of. */
  readonly #announced = new Set<string>();
  /** Generations of ours that a party said it does not know. */
  readonly #unknown = new Set<string>();
  /** Party lines whose last answer asked for something else than was sent. */
  readonly #astray = new Set<string>();
  /** Party lines that answer and sign for nothing. */
  readonly #unsigned = new Set<string>();
  /** Host lines whose unchanged heads are to be submitted once more. */
  readonly #resubmit = new Set<string>();
  /** By party, when it was reminded last of its generations, and whether it is to be again. */
  readonly #reminders = new Map<string, { readonly at: number; readonly waits: boolean }>();
  readonly #histories: Histories;
  readonly #after: After;
  /** Forgets the heartbeat, and by channel that hosts are to be asked when a silence expires and stamps to be looked at again. */
  readonly #stops = new Map<string, () => void>();
  #running = false;

  constructor(node: PartyNode) {
    this.#node = node;
    this.#histories = new Histories(node);
    this.#after = node.parts.after ?? systemAfter;
    this.#lines = new WorkLines(this.#after, {
      failed: (key, error) => this.#failed(key, error),
      // Whoever asks for what it then does not take makes no progress, and waits like one who does not answer.
      isAstray: (key) => [...this.#astray].some((known) => known.startsWith(`${key} `)),
    });
  }

  /** Starts the loops; before that, `wake` only notes what is to be done. */
  start(): void {
    this.#running = true;
    this.#lines.start();
    this.#wakeAll();
    for (const channel of this.#node.channels) {
      this.greet(channel.id);
      if (channel.own.gate === 'recovering') this.recoverSoon(channel.id);
    }
    this.#beat();
  }

  #beat(): void {
    const beat = (): void => {
      this.resubmit();
      this.#beat();
    };
    this.#stops.set('heartbeat', this.#after(RESUBMIT_INTERVAL * 1000, beat));
  }

  /** Shows every host the committed heads once more, so that its times stay fresh, and tries whatever waits for its next try. */
  resubmit(): void {
    for (const { id, replica } of this.#node.channels) for (const host of replica.channel.hosts.keys()) this.#resubmit.add(`${id}/host/${host}`);
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const channel of this.#node.channels) {
      this.wake(channel.id);
      this.fetchSoon(channel.id);
      this.stampSoon(channel.id);
    }
    this.#lines.run('foundings', async () => {
      for (const invite of await foundingKeys(this.#node)) this.wakeFounding(invite);
      return false;
    });
  }

  /** Says that a founding has moved. */
  wakeFounding(invite: string): void {
    if (!this.#running) return;
    this.#lines.run(`founding/${invite}`, async () => {
      await deliverFounding(this.#node, invite);
      return false;
    });
  }

  /** Says that a channel's logs may name files that are not here. */
  fetchSoon(channel: string): void {
    if (!this.#running) return;
    const runtime = this.#node.channel(channel);
    for (const party of runtime.replica.channel.parties.keys())
      this.#lines.run(`${channel}/files/${party}`, () => fetchBlobs(this.#node, runtime, party));
  }

  async stop(): Promise<void> {
    this.#running = false;
    for (const stop of this.#stops.values()) stop();
    await this.#lines.stop();
  }

  /** Whether nothing is under way and nothing waits for its next try. */
  get isQuiet(): boolean {
    return this.#lines.isQuiet;
  }

  status(channel: string, role: 'party' | 'host', who: number): PeerStatus {
    const key = `${channel}/${role}/${who}`;
    return { ...(this.#status.get(key) ?? { reachable: null }), ...(this.#unsigned.has(key) ? { signs: false as const } : {}) };
  }

  /** Says that a channel has something to push or submit. */
  wake(channel: string): void {
    if (!this.#running) return;
    const { replica } = this.#node.channel(channel);
    for (const party of replica.channel.parties.keys()) {
      if (party !== replica.us) this.#lines.run(`${channel}/party/${party}`, () => this.#push(channel, party));
    }
    this.#submitAll(channel);
    this.#tellAlarms(channel);
  }

  /** Whoever has two histories of one log tells everybody else, and the one whose log it is. */
  #tellAlarms(channel: string): void {
    const runtime = this.#node.channel(channel);
    const { channel: parties, generations, us } = runtime.replica;
    if (generations.isPlain) return;
    for (const party of parties.parties.keys())
      if (party !== us) this.#lines.run(`${channel}/alarms/${party}`, () => this.#histories.settle(runtime, party));
  }

  /** A party has opened a generation; `again`: somebody told of one that is known, which anybody can, so that it moves us once a {@link REMINDER_SECONDS}. */
  remindSoon(channel: string, party: number, again = false): void {
    if (!this.#running) return;
    const key = `${channel}/reminder/${party}`;
    const { at, waits } = this.#reminders.get(key) ?? { at: Number.NEGATIVE_INFINITY, waits: false };
    const wait = again ? at + REMINDER_SECONDS - this.#node.parts.now() : 0;
    if (wait > 0) {
      this.#reminders.set(key, { at, waits: true });
      if (!waits) this.#after(wait * 1000, () => this.remindSoon(channel, party));
      return;
    }
    this.#reminders.set(key, { at: this.#node.parts.now(), waits: false });
    this.#lines.run(key, async () => {
      await remindOfGenerations(this.#node.channel(channel), party, (to, request, max) => this.#node.sendToParty(channel, to, request, max));
      return false;
    });
  }

  /** A push that fails where two histories are known: they may have forgotten, in a store that was restored, what makes them take it. */
  #remind(channel: string, party: number): void {
    const { generations } = this.#node.channel(channel).replica;
    if (generations.all.some(({ origin }) => generations.isForked(origin))) this.tellAgain(channel, party);
  }

  /** A party pushes a log of which two histories are known here: it knows of them no more, or not yet. */
  tellAgain(channel: string, party: number): void {
    this.#histories.tellAgain(channel, party);
    this.#tellAlarms(channel);
  }

  /** A party of a channel has asked us something: whatever waits for its node to answer again need not wait any longer. */
  heard(channel: string, party: number): void {
    for (const key of [`${channel}/party/${party}`, `${channel}/greeting/${party}`, `${channel}/recovery`]) {
      this.#lines.retryOnce(key);
    }
  }

  /**
   * After a start every other party hears from us once, also where we have nothing to push: they may be waiting to be able to. What they said
   * and we do not hold, since this store was restored, is pulled from them.
   */
  greet(channel: string): void {
    if (!this.#running) return;
    const runtime = this.#node.channel(channel);
    for (const party of runtime.replica.channel.parties.keys()) {
      if (party === runtime.replica.us) continue;
      this.#lines.run(`${channel}/greeting/${party}`, async () => {
        const more = await pullLogs(this.#node, runtime, party);
        this.#reached(`${channel}/party/${party}`);
        return more;
      });
    }
  }

  /** Where two histories of our own log have become known at its gate: what stands of it counts from here on, and everybody is told. */
  alarmSoon(channel: string): void {
    if (!this.#running) return;
    const runtime = this.#node.channel(channel);
    const { generations, us } = runtime.replica;
    if (!generations.isForked(generations.current(us).origin)) return;
    this.#lines.run(`${channel}/alarm`, async () => {
      await runtime.alarmed();
      return false;
    });
  }

  /** Says that our own log of a channel is to be pulled back. */
  recoverSoon(channel: string): void {
    if (!this.#running) return;
    const runtime = this.#node.channel(channel);
    this.#lines.run(`${channel}/recovery`, async () => {
      const signs = await refillOwnLog(runtime);
      await this.#node.adoptIdentities(runtime);
      if (signs) this.#wakeAll();
      return false;
    });
  }

  /** Says that the gate of our own log was passed, and what the others answered there. */
  noteGateSoon(channel: string, answers: readonly GateAnswer[]): void {
    if (!this.#running || answers.length === 0) return;
    this.#lines.run(`${channel}/gate`, async () => {
      await noteGate(this.#node.channel(channel), answers);
      return false;
    });
  }

  /** Looks for clock-bearing entries whose receipt has come and stamps them, and asks the hosts just after the expiry of a silence of ours. */
  stampSoon(channel: string): void {
    if (!this.#running) return;
    this.#lines.run(`${channel}/stamps`, async () => {
      const { askAt, againAt } = await stampAll(this.#node.channel(channel));
      this.#at(`${channel}/asking`, () => this.resubmit(), askAt);
      this.#at(`${channel}/stamps`, () => this.stampSoon(channel), againAt);
      return false;
    });
  }

  /** Does something at a moment, in the place of what was to be done before; where that is later than the next heartbeat, that looks again. */
  #at(key: string, work: () => void, moment = Number.POSITIVE_INFINITY): void {
    this.#stops.get(key)?.();
    const wait = moment - this.#node.parts.now();
    this.#stops.set(key, wait < RESUBMIT_INTERVAL ? this.#after(wait * 1000, work) : () => undefined);
  }

  #submitAll(channel: string): void {
    const { replica } = this.#node.channel(channel);
    for (const host of replica.channel.hosts.keys()) this.#lines.run(`${channel}/host/${host}`, () => this.#submit(channel, host));
  }

  #failed(key: string, error: unknown): void {
    const known = this.#status.get(key);
    const message = error instanceof ParleyError ? error.message : 'an unexpected error';
    const isGone = error instanceof ParleyError && (error.code === 'unreachable' || error.code === 'pin_mismatch') && !this.#unsigned.has(key);
    const reachable = isGone ? false : (known?.reachable ?? null);
    this.#status.set(key, { ...known, reachable, lastError: message });
    const [channel] = key.split('/');
    if (key.includes('/') && channel !== undefined && channel !== 'founding') this.#node.emit({ type: 'changed', channel });
    if (!(error instanceof ParleyError)) throw error;
  }

  #reached(key: string): void {
    this.#status.set(key, { reachable: true, lastSeen: this.#node.parts.now() });
  }

  /** Our logs in their order, each until they hold it: one that they will not have any more stops no other. */
  async #push(channel: string, party: number): Promise<boolean> {
    const { replica } = this.#node.channel(channel);
    const current = replica.generations.current(replica.us).origin;
    let failed: unknown;
    for (const log of replica.generations.sequence(replica.us)) {
      // Of a log with two histories nobody takes any more.
      if (replica.generations.isForked(log.origin)) continue;
      try {
        if (await this.#pushLog(channel, party, log)) return true;
      } catch (error) {
        if (log.origin === current || !(error instanceof ParleyError)) throw error;
        failed = error;
      }
    }
    if (failed !== undefined) throw failed;
    return false;
  }

  async #pushLog(channel: string, party: number, log: KnownLog): Promise<boolean> {
    const key = `${channel}/party/${party}`;
    const known = `${key} ${log.origin}`;
    const runtime = this.#node.channel(channel);
    const send: SendToParty = (to, request, max) => this.#node.sendToParty(channel, to, request, max);
    let signs: boolean | undefined;
    try {
      // A log is known by what its keys signed: before that there is nothing to tell of it.
      if (log.note !== undefined && (await rowOf(runtime.replica, log.origin)).size === 0) return false;
      if (log.note !== undefined && !this.#announced.has(known)) {
        // Also where they receipted it: a store restored to before it knows nothing of it.
        if (this.#unknown.delete(known) || (await receiptedSize(runtime.replica, party, log.origin)) === 0) {
          await announceGeneration(runtime, party, send, log.note);
          // From here on they take no more of the logs before it: what they hold of those is asked for once more.
          this.#histories.pullAgain();
          this.#tellAlarms(channel);
          // And they know from here on who asks.
          this.greet(channel);
        }
        this.#announced.add(known);
      }
      const result = await pushTo(runtime.replica, party, send, this.#known.get(known), log.origin);
      if (result.outcome === 'idle') return await this.#pushLines(channel, party, log, send);
      this.#reached(key);
      if (result.outcome === 'unknown') {
        this.#announced.delete(known);
        this.#unknown.add(known);
        throw new ParleyError('unreachable', 'the other node does not know this log yet');
      }
      const isClosed = runtime.replica.generations.status(log.origin)?.status === 'closed';
      // They hold as much of it as there is here, or more: it is closed, and what they hold is theirs to show.
      if (isClosed && result.outcome === 'behind' && result.size >= (await rowOf(runtime.replica, log.origin)).size) return false;
      this.#known.set(known, result.size);
      this.#node.emit({ type: 'changed', channel });
      if (result.outcome === 'receipt') {
        this.stampSoon(channel);
        this.#submitAll(channel);
        if (runtime.replica.channel.parties.length > 2) this.wake(channel); // The others do not know yet that this one holds it.
        this.#astray.delete(known);
        this.#unsigned.delete(key);
      } else if (this.#astray.delete(known)) {
        signs = false;
        // Asked again right after being given what they asked for: whoever keeps us busy so waits like one who does not answer.
        throw new ParleyError('unreachable', 'the other node does not take what it asked for');
      } else this.#astray.add(known);
      return true;
    } catch (error) {
      // Of whoever does not answer nothing is known; a receipt that is none is an answer all the same.
      const isNoReceipt = error instanceof ParleyError && error.code === 'signature_invalid';
      if (isNoReceipt) this.#reached(key);
      if (signs === false || isNoReceipt) this.#unsigned.add(key);
      else this.#unsigned.delete(key);
      this.#known.delete(known);
      await this.#contradicted(channel, error);
      this.#remind(channel, party);
      // Where no receipt comes, hosts' times are stamped without it after a while.
      this.stampSoon(channel);
      throw error;
    }
  }

  /** Among more than two, each is told what the others receipted of a head that it holds: we alone hear all of them. */
  async #pushLines(channel: string, party: number, log: KnownLog, send: SendToParty): Promise<boolean> {
    const { replica } = this.#node.channel(channel);
    // Of a log that was opened and not signed yet there is nothing to show.
    if (replica.channel.parties.length < 3 || (await rowOf(replica, log.origin)).size === 0) return false;
    const known = `${channel}/party/${party} ${log.origin}`;
    const lines = await linesKnown(replica, log.origin);
    if (this.#shown.get(known) === lines) return false;
    await pushLines(replica, party, send, log.origin);
    this.#shown.set(known, lines);
    return true;
  }

  /** A head of ours that this store does not hold: reading goes on, signing ends, and the log is pulled back. */
  async #contradicted(channel: string, error: unknown): Promise<void> {
    if (!(error instanceof ParleyError) || error.code !== 'unsafe_state') return;
    await this.#node.channel(channel).own.contradicted(error);
  }

  /** Submits the heads that a host has not seen. */
  async #submit(channel: string, host: number): Promise<boolean> {
    const key = `${channel}/host/${host}`;
    // Taken first: what is asked for while this is under way is not done by it.
    const again = this.#resubmit.delete(key);
    const onSeen = (): void => {
      this.#reached(key);
      this.stampSoon(channel);
      this.#node.emit({ type: 'changed', channel });
    };
    await submitHeads(this.#node, this.#node.channel(channel), host, again, onSeen).catch((error: unknown) => {
      if (again) this.#resubmit.add(key);
      throw error;
    });
    return false;
  }
}

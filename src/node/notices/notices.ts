import { toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import { Mutex } from '../../base/mutex.ts';
import type { NoticeMessage, NoticesView, SubscriptionView } from '../../projection/notice-views.ts';
import { systemAfter } from '../crypto.ts';
import type { PartyNode } from '../party-node.ts';
import { listUsers, type User } from '../users.ts';
import { type Inbox, inboxOf } from '../views/inbox.ts';
import { composeFor, noticeId, type Pace } from './compose.ts';
import { type NoticesConfig, readNoticesConfig } from './config.ts';
import { type Cursor, deadlineNow, documentsSince, MAX_TOLD, mostUrgent, type Noticed, nextMark, noticedIn, withRefs } from './events.ts';
import { handOut, sayNotTaken } from './hand-out.ts';
import { Jobs, type Outgoing, type Told } from './jobs.ts';
import type { Attempt } from './mailer.ts';
import {
  asksFor,
  forgetSubscription,
  keepSubscription,
  listSubscriptions,
  makeSubscription,
  OPERATOR,
  type Subscription,
  type Wanted,
} from './subscriptions.ts';

const CURSOR = 'notice-cursor';
/** News of channels within this time are read once. */
const GATHER_MS = 1000;
/** A clock that somebody put right is noticed within this time. */
const MAX_WAIT_SECONDS = 3600;
/** Test messages of one subscription in an hour: an address is somebody's mailbox. */
const MAX_TESTS = 10;
/** Seconds before each further attempt; after the last it is given up, two and a half days on. */
const FIRST_WAIT_SECONDS = 60;
const WAIT_SECONDS = [FIRST_WAIT_SECONDS, 300, 900, 3600, 4 * 3600, 8 * 3600, 12 * 3600, 12 * 3600, 24 * 3600];

/**
 * Tells people of what they asked to be told: reads the inbox when something changed or a deadline comes near, keeps what is to be told as jobs in the
 * store, and hands it out. Nothing is read, timed or sent while nobody has asked.
 *
 * Each thing is put into one message for good before that message is handed out first. What a crash can double is the handing out alone, between the other
 * end's acceptance and our durable note of it: the message then goes again under the same id.
 */
export class Notices {
  readonly #node: PartyNode;
  readonly #dir: string | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #turn = new Mutex();
  readonly #pace: Pace = new Map();
  readonly #lanes = new Map<string, Promise<void>>();
  #jobs: Promise<Jobs> | undefined;
  /** Until when a way out that was down is left alone, seconds. */
  readonly #downUntil = new Map<string, number>();
  #live: readonly Subscription[] = [];
  #base: string;
  #stopListening: (() => void) | undefined;
  #cancel: (() => void) | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;
  readonly #stop = new AbortController();
  #passing: Promise<void> = Promise.resolve();

  /** `dir`: where `notices.json` is; left out: nothing can leave. `timeoutMs`: of one attempt, where it is not the usual. */
  constructor(node: PartyNode, options: { readonly dir?: string | undefined; readonly timeoutMs?: number } = {}) {
    this.#node = node;
    this.#dir = options.dir;
    this.#timeoutMs = options.timeoutMs;
    const { port } = node.parts.file.people;
    this.#base = port === 0 ? '' : `http://localhost:${port}`;
  }

  /** Begins to tell; `base`: where people open the pages. */
  start(base: string): void {
    this.#base = base;
    this.#stopListening = this.#node.listen((event) => {
      if (event.type !== 'founding' && this.#live.length > 0) this.#wakeIn(GATHER_MS);
    });
    this.#wakeIn(0);
  }

  /** Breaks off what is under way, to be made again; resolves once nothing of this reads, writes or sends any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#stopListening?.();
    this.#cancel?.();
    await this.#passing;
    await Promise.all(this.#lanes.values());
    await this.#turn.run(async () => undefined);
  }

  /** Reads, composes and hands out all that is due now; resolves once each attempt has ended. */
  async run(): Promise<void> {
    await this.#pass();
    while (this.#lanes.size > 0) await Promise.all(this.#lanes.values());
  }

  /** Makes a subscription; what is so already is no news to it. Refuses `invalid`, `not_found`, `quota`. */
  subscribe(owner: string, wanted: Wanted): Promise<SubscriptionView> {
    return this.#turn.run(async () => {
      const made = await makeSubscription(this.#node, owner, wanted);
      const config = await readNoticesConfig(this.#dir);
      const { target } = wanted;
      if ('mail' in target && config.smtp === undefined)
        throw new ParleyError('invalid', 'a mail server in notices.json; this node hands out no mail');
      if ('webhook' in target && !config.webhooks.has(target.webhook)) throw new ParleyError('not_found', 'no webhook of that name in notices.json');
      const inbox = await inboxOf(this.#node, MAX_TOLD);
      const known = this.#noticedFor(made, noticedIn(this.#node, inbox), inbox.now).map(({ key }) => this.#id(made.id, key));
      // The documents that are here are not news to it either; those who were there before are told of them all the same.
      this.#live = await this.#liveNow();
      await this.#readDocuments(this.#live, this.#live.length === 0 ? 'end' : 'beginning');
      const kept = { ...made, known };
      await keepSubscription(this.#node.store, kept);
      this.#live = [...this.#live, kept];
      this.#wakeIn(GATHER_MS);
      return this.#viewOf(kept, await this.#loaded(), await listUsers(this.#node.store));
    });
  }

  /** Ends a subscription, and what waits for it. Refuses `not_found` for none, or one of somebody else. */
  off(owner: string, id: string): Promise<void> {
    return this.#turn.run(async () => {
      const sub = await this.#find(owner, id);
      await forgetSubscription(this.#node.store, sub.id);
      this.#live = await this.#liveNow();
      await (await this.#loaded()).forgetOthers(new Set(this.#live.map((one) => one.id)));
    });
  }

  /** Hands out a test message at once. Refuses `not_found`, `quota`, and `test_not_taken` with what was tried, what was expected, and where to look. */
  async test(owner: string, id: string): Promise<void> {
    const sub = await this.#find(owner, id);
    const at = this.#node.parts.now();
    const before = (this.#pace.get(`${sub.id}/test`) ?? []).filter((one) => one > at - 3600);
    if (before.length >= MAX_TESTS) throw new ParleyError('quota', `at most ${MAX_TESTS} tests an hour`);
    this.#pace.set(`${sub.id}/test`, [...before, at]);
    const message: NoticeMessage = { id: toBase64url(this.#node.parts.random(16)), event: 'test', at, items: [], more: 0 };
    const config = await readNoticesConfig(this.#dir);
    const handed = await handOut(config, this.#sender(config), sub.target, message, at, this.#bounds());
    if (!handed.done) throw new ParleyError('test_not_taken', sayNotTaken(config, sub.target, handed));
  }

  /** What somebody has asked for; all of it for whoever operates the machine. */
  async view(owner: string): Promise<Omit<NoticesView, 'feed'>> {
    const jobs = await this.#loaded();
    const users = await listUsers(this.#node.store);
    const subs = (await this.#liveNow()).filter((sub) => owner === OPERATOR || sub.owner === owner);
    const shown = { subscriptions: subs.map((sub) => this.#viewOf(sub, jobs, users)) };
    try {
      const { smtp, webhooks } = await readNoticesConfig(this.#dir);
      return { mail: smtp === undefined ? { on: false } : { on: true, from: smtp.from }, webhooks: [...webhooks.keys()], ...shown };
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      return { mail: { on: false }, webhooks: [], fault: error.detail, ...shown };
    }
  }

  /** Whom a notice names as its sender; `base` is empty where no address of the pages is known yet. */
  async sender(): Promise<{ readonly party: string; readonly base: string }> {
    return this.#sender(await readNoticesConfig(this.#dir).catch(() => ({ webhooks: new Map() })));
  }

  #sender(config: NoticesConfig): { readonly party: string; readonly base: string } {
    return { party: this.#node.name, base: config.url ?? this.#base };
  }

  #bounds(): Attempt {
    return { signal: this.#stop.signal, ...(this.#timeoutMs === undefined ? {} : { timeoutMs: this.#timeoutMs }) };
  }

  #wakeIn(delayMs: number): void {
    if (this.#stop.signal.aborted || this.#stopListening === undefined) return;
    const at = Date.now() + delayMs;
    if (at >= this.#wakesAt) return;
    this.#cancel?.();
    this.#wakesAt = at;
    this.#cancel = (this.#node.parts.after ?? systemAfter)(delayMs, () => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      if (!this.#stop.signal.aborted) this.#passing = this.#later(this.#pass());
    });
  }

  /** A refusal, such as a full disk, waits for better times; anything else is a bug and stops the process. */
  #later(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      if (!(error instanceof ParleyError)) throw error;
      this.#wakeIn(FIRST_WAIT_SECONDS * 1000);
    });
  }

  #pass(): Promise<void> {
    return this.#turn.run(async () => {
      const jobs = await this.#loaded();
      this.#live = await this.#liveNow();
      const now = this.#node.parts.now();
      await jobs.forgetOthers(new Set(this.#live.map(({ id }) => id)), now);
      const next = this.#live.length === 0 ? [] : await this.#notice(jobs, this.#live);
      if (this.#live.length === 0) await this.#forgetCursors();
      this.#openLanes(jobs);
      if (this.#live.length > 0) this.#wakeAt(Math.min(...next, ...this.#attemptsAfter(jobs, now), now + MAX_WAIT_SECONDS));
    });
  }

  #wakeAt(at: number): void {
    this.#wakeIn(Math.max(1, at - this.#node.parts.now()) * 1000);
  }

  /** Notes what is new to each subscription and puts it into messages; resolves with the instants at which something else may be. */
  async #notice(jobs: Jobs, subs: readonly Subscription[]): Promise<readonly number[]> {
    const inbox: Inbox = await inboxOf(this.#node, MAX_TOLD);
    const { now, counts } = inbox;
    const state = noticedIn(this.#node, inbox);
    for (const sub of subs) {
      const noticed = this.#noticedFor(sub, state, now);
      const known = new Set(sub.known);
      for (const one of noticed) await this.#tell(jobs, sub, one, now, known);
      // What has passed while it waited is not told; what is only less pressing than what came since has not.
      const keys = new Set(noticed.map(({ key }) => key));
      for (const [id, told] of jobs.waitingOf(sub.id))
        if (told.item.event !== 'document' && !keys.has(told.key) && !inbox.unshown.has(told.item.entry ?? '')) await jobs.settle(id);
    }
    await this.#readDocuments(subs, 'beginning');
    const composed = [];
    for (const sub of subs) composed.push(await composeFor(jobs, sub, { now, counts, pace: this.#pace, sha256: this.#node.parts.crypto.sha256 }));
    return [...composed, ...state.deadlines.map((one) => nextMark(one, now))].filter((at) => at !== undefined);
  }

  #noticedFor(sub: Subscription, state: ReturnType<typeof noticedIn>, now: number): readonly Noticed[] {
    const due = state.deadlines.flatMap((deadline) => deadlineNow(deadline, sub.events, now) ?? []);
    return [...state.noticed, ...due].filter(({ item }) => asksFor(sub, item.event, item.channel));
  }

  /** Notes the documents that came since last time, then, durably, how far they were read. */
  async #readDocuments(subs: readonly Subscription[], unknown: 'beginning' | 'end'): Promise<void> {
    const { store, parts } = this.#node;
    const jobs = await this.#loaded();
    for (const channel of this.#node.channels) {
      for (let goesOn = true; goesOn; ) {
        const before = await store.getLocal(CURSOR, channel.id);
        const found = await documentsSince(this.#node, channel, JSON.parse(before ?? '{}') as Cursor, unknown);
        const listed = mostUrgent(found.noticed);
        const more = found.noticed.length - listed.length;
        for (const [i, one] of listed.entries())
          for (const sub of subs)
            if (asksFor(sub, 'document', channel.id)) await this.#tell(jobs, sub, { ...one, ...(i === 0 && more > 0 ? { more } : {}) }, parts.now());
        const after = JSON.stringify(found.cursor);
        if (after !== before) await store.putLocal(CURSOR, channel.id, after);
        goesOn = found.more;
      }
    }
  }

  async #tell(
    jobs: Jobs,
    sub: Subscription,
    { key, item, more }: Noticed & Pick<Told, 'more'>,
    at: number,
    known?: ReadonlySet<string>,
  ): Promise<void> {
    const id = this.#id(sub.id, key);
    if (!jobs.has(id) && known?.has(id) !== true) await jobs.notice(id, { sub: sub.id, key, at, item, ...(more === undefined ? {} : { more }) });
  }

  async #forgetCursors(): Promise<void> {
    for (const { key } of await this.#node.store.listLocal(CURSOR)) await this.#node.store.deleteLocal(CURSOR, key);
  }

  /** Each way out has a line of its own: a receiver that stalls holds up no mail. */
  #openLanes(jobs: Jobs): void {
    for (const lane of new Set(this.#live.map(laneOf))) {
      if (this.#lanes.has(lane) || this.#dueIn(jobs, lane) === undefined) continue;
      const work = this.#later(this.#drain(jobs, lane)).finally(() => {
        this.#lanes.delete(lane);
        const next = this.#attemptsAfter(jobs, this.#node.parts.now());
        if (next.length > 0) this.#wakeAt(Math.min(...next));
      });
      this.#lanes.set(lane, work);
    }
  }

  /** When attempts that are not to be made yet are. */
  #attemptsAfter(jobs: Jobs, now: number): readonly number[] {
    return jobs.out.flatMap((outgoing) => {
      const sub = this.#live.find(({ id }) => id === outgoing.sub);
      if (sub === undefined || outgoing.failedAt !== undefined) return [];
      const at = Math.max(outgoing.nextAt, this.#downUntil.get(laneOf(sub)) ?? 0);
      return at > now ? [at] : [];
    });
  }

  #dueIn(jobs: Jobs, lane: string): { readonly sub: Subscription; readonly outgoing: Outgoing } | undefined {
    const now = this.#node.parts.now();
    if ((this.#downUntil.get(lane) ?? 0) > now) return undefined;
    for (const outgoing of jobs.out) {
      const sub = this.#live.find(({ id }) => id === outgoing.sub);
      if (sub === undefined || outgoing.failedAt !== undefined || outgoing.nextAt > now) continue;
      if (laneOf(sub) === lane) return { sub, outgoing };
    }
    return undefined;
  }

  async #drain(jobs: Jobs, lane: string): Promise<void> {
    for (let due = this.#dueIn(jobs, lane); due !== undefined && !this.#stop.signal.aborted; due = this.#dueIn(jobs, lane))
      await this.#attempt(jobs, due.sub, due.outgoing);
  }

  async #attempt(jobs: Jobs, sub: Subscription, outgoing: Outgoing): Promise<void> {
    const now = this.#node.parts.now();
    const { message } = outgoing;
    const wait = WAIT_SECONDS[outgoing.tries];
    // Counted before it is made, and due until it has failed: cut short by a crash it is made again at once, but not without end.
    const tried = { ...outgoing, tries: outgoing.tries + 1 };
    if (outgoing.tries > WAIT_SECONDS.length) {
      await jobs.update({ ...outgoing, failedAt: now });
      return;
    }
    await jobs.update(tried);
    let handed: Awaited<ReturnType<typeof handOut>>;
    try {
      const config = await readNoticesConfig(this.#dir);
      const whole = { ...message, items: await withRefs(this.#node, message.items) };
      handed = await handOut(config, this.#sender(config), sub.target, whole, now, this.#bounds());
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      handed = { done: false, down: true, why: error.detail };
    }
    if (handed.done) return jobs.done(message.id);
    // All that waits for the same way out would end as this did.
    if (handed.down === true) this.#downUntil.set(laneOf(sub), now + FIRST_WAIT_SECONDS);
    await jobs.update({ ...tried, nextAt: now + (wait ?? 0), why: handed.why, ...(handed.permanent || wait === undefined ? { failedAt: now } : {}) });
  }

  async #find(owner: string, id: string): Promise<Subscription> {
    const sub = (await this.#liveNow()).find((one) => one.id === id && (owner === OPERATOR || one.owner === owner));
    if (sub === undefined) throw new ParleyError('not_found', 'no such subscription of yours');
    return sub;
  }

  /** Whoever lost their way in is told nothing any more. */
  async #liveNow(): Promise<readonly Subscription[]> {
    const all = await listSubscriptions(this.#node.store);
    if (all.every(({ owner }) => owner === OPERATOR)) return all;
    const users = new Set((await listUsers(this.#node.store)).map(({ user }) => user));
    return all.filter(({ owner }) => owner === OPERATOR || users.has(owner));
  }

  /** One for all who ask: two would each keep their own mind of what was told. */
  #loaded(): Promise<Jobs> {
    this.#jobs ??= this.#liveNow().then((subs) => Jobs.load(this.#node.store, new Set(subs.map(({ id }) => id))));
    this.#jobs.catch(() => {
      this.#jobs = undefined;
    });
    return this.#jobs;
  }

  #id(sub: string, key: string): string {
    return noticeId(this.#node.parts.crypto.sha256, sub, key);
  }

  #viewOf({ known: _, owner, ...sub }: Subscription, jobs: Jobs, users: readonly User[]): SubscriptionView {
    const out = jobs.out.filter((one) => one.sub === sub.id);
    const why = out.findLast((one) => one.why !== undefined)?.why;
    return {
      ...sub,
      person: users.find(({ user }) => user === owner)?.name ?? '',
      waiting: jobs.waitingOf(sub.id).length + out.filter(({ failedAt }) => failedAt === undefined).length,
      failed: out.filter(({ failedAt }) => failedAt !== undefined).length,
      ...(why === undefined ? {} : { trouble: why }),
    };
  }
}

function laneOf({ target }: Subscription): string {
  return 'mail' in target ? 'mail' : `webhook ${target.webhook}`;
}

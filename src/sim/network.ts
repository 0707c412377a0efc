import { equal } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { HttpRequest, HttpResponse, PeerAddress } from '../base/ports.ts';
import type { Dice } from './dice.ts';
import type { Timeline } from './timeline.ts';

/** Whoever listens at an address now: what its door answers, whether it is there, and who is told when it goes. */
export type Listener = {
  readonly spki: Uint8Array;
  answer(request: HttpRequest): Promise<HttpResponse>;
  onEnd(work: () => void): void;
};

/** Who is at an address for whoever asks from another; nobody while its process is down. */
export type Directory = (from: string, url: string) => Listener | undefined;

/** What goes wrong on the way, as probabilities of one request. */
export type Weather = { readonly lostRequest: number; readonly lostAnswer: number; readonly duplicate: number; readonly slow: number };

export const CALM: Weather = { lostRequest: 0, lostAnswer: 0, duplicate: 0, slow: 0 };

const DEFAULT_TIMEOUT_MS = 30_000;
/** A copy of a request comes up to so much later: also after whoever would know its nonce has been started anew. */
const LATE_COPY_MS = 400_000;

export type NetworkCounts = { requests: number; lost: number; duplicated: number; reordered: number; partitions: number };

/** The network between all addresses: requests are delayed, reordered, lost and doubled, and so are answers; pairs are cut off from one another. */
export class Network {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #directory: Directory;
  readonly #trace: (line: string) => void;
  /** Pairs `from to` that are cut. */
  readonly #cut = new Set<string>();
  readonly counts: NetworkCounts = { requests: 0, lost: 0, duplicated: 0, reordered: 0, partitions: 0 };
  weather: Weather = CALM;

  constructor(timeline: Timeline, dice: Dice, directory: Directory, trace: (line: string) => void) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#directory = directory;
    this.#trace = trace;
  }

  /** Cuts a pair off, one way or both. */
  cut(a: string, b: string, both: boolean): void {
    this.counts.partitions++;
    this.#cut.add(`${a} ${b}`);
    if (both) this.#cut.add(`${b} ${a}`);
  }

  heal(): void {
    this.#cut.clear();
  }

  send(from: string, peer: PeerAddress, request: HttpRequest, maxSize: number): Promise<HttpResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    let settled = false;
    const settle = (work: () => void): void => {
      if (settled) return;
      settled = true;
      stop();
      this.#timeline.touch();
      work();
    };
    const fail = (why: string): void => settle(() => reject(new ParleyError('unreachable', why)));
    const stop = this.#timeline.after(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => fail('an answer in time'));
    this.counts.requests++;
    const { lostRequest, lostAnswer, duplicate } = this.weather;
    if (this.#isCut(from, peer.url)) {
      // Refused at once, or swallowed.
      if (this.#dice.chance(0.6)) this.#timeline.after(this.#delay(), () => fail('a connection'));
      return promise;
    }
    if (this.#dice.chance(duplicate)) {
      this.counts.duplicated++;
      this.#timeline.after(this.#dice.below(this.#dice.chance(0.5) ? 1_000 : LATE_COPY_MS), () => void this.#deliver(from, peer, request));
    }
    const loses = this.#dice.chance(lostRequest);
    const losesAnswer = this.#dice.chance(lostAnswer);
    if (loses || losesAnswer) this.counts.lost++;
    if (loses) return promise;
    this.#timeline.after(this.#delay(), () => {
      void this.#deliver(from, peer, request, fail).then((answer) => {
        if (answer === undefined || losesAnswer || this.#isCut(peer.url, from)) return;
        this.#timeline.after(this.#delay(), () => {
          if (answer === 'pin_mismatch') settle(() => reject(new ParleyError('pin_mismatch')));
          else if (answer.body.length > maxSize) fail('an answer of at most so many bytes');
          else settle(() => resolve(answer));
        });
      });
    });
    return promise;
  }

  async #deliver(
    from: string,
    peer: PeerAddress,
    request: HttpRequest,
    fail?: (why: string) => void,
  ): Promise<HttpResponse | 'pin_mismatch' | undefined> {
    const listener = this.#directory(from, peer.url);
    if (listener === undefined) {
      fail?.('a connection');
      return undefined;
    }
    if (!equal(listener.spki, peer.spki)) return 'pin_mismatch';
    // A process that ends closes its connections.
    listener.onEnd(() => this.#timeline.after(1, () => fail?.('a connection that holds')));
    const answer = await listener.answer(request);
    this.#timeline.touch();
    this.#trace(`${from} ${request.method} ${peer.url}${request.path} ${request.body?.length ?? 0} -> ${answer.status} ${answer.body.length}`);
    return answer;
  }

  #isCut(from: string, to: string): boolean {
    return this.#cut.has(`${from} ${to}`);
  }

  /** Milliseconds of one way; what is sent later may arrive before. */
  #delay(): number {
    if (!this.#dice.chance(this.weather.slow)) return this.#dice.between(1, 30);
    this.counts.reordered++;
    return this.#dice.chance(0.8) ? this.#dice.between(30, 3_000) : this.#dice.between(3_000, 60_000);
  }
}

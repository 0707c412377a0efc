import { toBase64url, utf8 } from '../base/bytes.ts';
import type { Random, Sha256 } from '../base/ports.ts';
import type { Store } from '../store/store.ts';

/** Somebody signed in: whose session it is, and when it began and was last used, in seconds. */
export type Session = { readonly user: string; readonly createdAt: number; readonly usedAt: number };

/** Without a request for this long a session is over; an open page asks every minute. */
const IDLE_SECONDS = 2 * 3600;
/** A session ends after one day whatever happens: a shift and its handover. */
const ABSOLUTE_SECONDS = 24 * 3600;
/** Uses within a minute are not written down: each would be a durable write. */
const TOUCH_SECONDS = 60;

const COLLECTION = 'session';

/** The sessions of one node. Tokens are 32 random bytes; the store holds their SHA-256 alone, so that whoever reads it signs in as nobody. */
export class Sessions {
  readonly #store: Store;
  readonly #sha256: Sha256;
  readonly #random: Random;

  constructor(parts: { readonly store: Store; readonly crypto: { readonly sha256: Sha256 }; readonly random: Random }) {
    this.#store = parts.store;
    this.#sha256 = parts.crypto.sha256;
    this.#random = parts.random;
  }

  /** A new session with a new token; those that have expired are forgotten on the way. */
  async start(user: string, now: number): Promise<string> {
    for (const { key, json } of await this.#store.listLocal(COLLECTION))
      if (isOver(JSON.parse(json) as Session, now)) await this.#store.deleteLocal(COLLECTION, key);
    const token = toBase64url(this.#random(32));
    await this.#put(this.#key(token), { user, createdAt: now, usedAt: now });
    return token;
  }

  /** The session of a token, now used, or `undefined` when there is none or it is over. */
  async of(token: string, now: number): Promise<Session | undefined> {
    const key = this.#key(token);
    const json = await this.#store.getLocal(COLLECTION, key);
    if (json === undefined) return undefined;
    const session = JSON.parse(json) as Session;
    if (isOver(session, now)) {
      await this.#store.deleteLocal(COLLECTION, key);
      return undefined;
    }
    if (now - session.usedAt < TOUCH_SECONDS) return session;
    const used = { ...session, usedAt: now };
    await this.#put(key, used);
    return used;
  }

  /** As {@link of}, without using it: what listens is nobody's hand at the keyboard. */
  async peek(token: string, now: number): Promise<Session | undefined> {
    const json = await this.#store.getLocal(COLLECTION, this.#key(token));
    const session = json === undefined ? undefined : (JSON.parse(json) as Session);
    return session === undefined || isOver(session, now) ? undefined : session;
  }

  /** Ends the session of a token. */
  async end(token: string): Promise<void> {
    await this.#store.deleteLocal(COLLECTION, this.#key(token));
  }

  /** Ends every session of a person. */
  async endAllOf(user: string): Promise<void> {
    for (const { key, json } of await this.#store.listLocal(COLLECTION))
      if ((JSON.parse(json) as Session).user === user) await this.#store.deleteLocal(COLLECTION, key);
  }

  #key(token: string): string {
    return toBase64url(this.#sha256(utf8(`parley-session/1\n${token}`)));
  }

  #put(key: string, session: Session): Promise<void> {
    return this.#store.putLocal(COLLECTION, key, JSON.stringify(session));
  }
}

function isOver(session: Session, now: number): boolean {
  return now - session.usedAt > IDLE_SECONDS || now - session.createdAt > ABSOLUTE_SECONDS;
}

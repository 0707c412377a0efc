import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import { Mutex } from '../base/mutex.ts';
import { actorOf } from '../entry/actor.ts';
import { enrolmentText } from '../entry/enrolment-text.ts';
import { isAcceptableSigningKey } from '../entry/signing-key.ts';
import type { PartyNode } from './party-node.ts';
import { signingKeyOfPasskey } from './passkey-keys.ts';
import type { Passkeys, SiteOrigin } from './passkeys.ts';
import { addUser, listUsers, type User } from './users.ts';

/** An invitation to enrol, as it is kept under the hash of its token. */
type Ticket = { readonly admin: boolean; readonly expires: number; readonly first?: true };

/** The key of a browser and what shows that the browser holds it, base64url both. */
export type BrowserKey = { readonly key: string; readonly proof?: string };

/** A link lives for two days: long enough for somebody who is travelling. */
const TICKET_SECONDS = 48 * 3600;
const COLLECTION = 'enrolment';

/** One-time tokens by which people enrol, carried in a link after `#` so that no server log holds them; the store has their hashes alone. */
export class Enrolment {
  readonly #node: PartyNode;
  readonly #passkeys: Passkeys;
  /** Using a token up and adding its user must not interleave with another use of it. */
  readonly #mutex = new Mutex();

  constructor(node: PartyNode, passkeys: Passkeys) {
    this.#node = node;
    this.#passkeys = passkeys;
  }

  /** A token for one person; its link is `<url>/enrol#<token>`. */
  async invite(admin: boolean): Promise<{ token: string; expires: number }> {
    return this.#make({ admin, expires: this.#node.parts.now() + TICKET_SECONDS });
  }

  /** A token for the first administrator, or `undefined` when there is a user already; an earlier one is void from now on. */
  async inviteFirst(): Promise<string | undefined> {
    const { store, now } = this.#node.parts;
    if ((await listUsers(store)).length > 0) return undefined;
    for (const { key, json } of await store.listLocal(COLLECTION))
      if ((JSON.parse(json) as Ticket).first === true) await store.deleteLocal(COLLECTION, key);
    return (await this.#make({ admin: true, expires: now() + TICKET_SECONDS, first: true })).token;
  }

  /** What a browser needs to make a passkey under a token; refuses `not_allowed` for one that is used, expired or unknown. */
  async options(site: SiteOrigin, token: string, name: string, signs: boolean) {
    await this.#ticket(token);
    const { store, now } = this.#node.parts;
    const known = (await listUsers(store)).map((user) => user.passkey);
    return this.#passkeys.registrationOptions(site, this.#node.name, name, known, this.#purpose(token), signs, now());
  }

  /**
   * Enrols one person and uses the token up. Without a `key` of their browser they sign documents with the passkey itself; with one, its signature over
   * {@link enrolmentText} shows that they hold it. Refuses as `addUser`, and `signature_invalid`.
   */
  enrol(site: SiteOrigin, token: string, person: { name: string; post: string }, response: unknown, browser?: BrowserKey): Promise<User> {
    return this.#mutex.run(async () => {
      const ticket = await this.#ticket(token);
      const { parts } = this.#node;
      const { passkey, challenge } = await this.#passkeys.verifyRegistration(site, response, this.#purpose(token), parts.now());
      if (browser !== undefined) await this.#mustHold(browser, enrolmentText(site.origin, challenge, passkey.id));
      const key = browser?.key ?? toBase64url(await signingKeyOfPasskey(site, passkey));
      await this.#mustBeNew(key);
      const user = await addUser(parts, { ...person, key, passkey }, ticket.admin, parts.now());
      await parts.store.deleteLocal(COLLECTION, this.#key(token));
      return user;
    });
  }

  /**
   * Public keys are no secret: whoever read one aloud, or sent it to be accredited, would otherwise be accredited under the name of who enrolled with it, or
   * find it taken.
   */
  async #mustHold({ key, proof }: BrowserKey, text: string): Promise<void> {
    const [raw, signature] = [fromBase64url(key, 32), fromBase64url(proof ?? '', 64)];
    if (raw === undefined || !isAcceptableSigningKey(raw)) throw new ParleyError('invalid', 'an Ed25519 public key of 32 bytes');
    const checks = signature === undefined ? [] : [{ algorithm: 'ed25519' as const, key: raw, message: utf8(text), signature }];
    const [holds] = await this.#node.parts.crypto.verify(checks);
    if (holds !== true) throw new ParleyError('signature_invalid', 'of the key that is enrolled, over this enrolment');
  }

  /**
   * Refuses `conflict` for a key of somebody whom our identity has accredited: a key enrols first and is accredited then, under the name it enrolled with.
   * Whoever enrols anew has a new key.
   */
  async #mustBeNew(key: string): Promise<void> {
    const raw = fromBase64url(key);
    const actor = raw === undefined ? '' : actorOf(this.#node.parts.crypto.sha256, raw);
    for (const { reader, replica } of this.#node.channels)
      if ((await reader.state(replica.us)).people.has(actor))
        throw new ParleyError('conflict', 'this key is accredited already; enrol with a new one');
  }

  async #make(ticket: Ticket): Promise<{ token: string; expires: number }> {
    const { store, random, now } = this.#node.parts;
    for (const { key, json } of await store.listLocal(COLLECTION))
      if ((JSON.parse(json) as Ticket).expires < now()) await store.deleteLocal(COLLECTION, key);
    const token = toBase64url(random(32));
    await store.putLocal(COLLECTION, this.#key(token), JSON.stringify(ticket));
    return { token, expires: ticket.expires };
  }

  async #ticket(token: string): Promise<Ticket> {
    const { store, now } = this.#node.parts;
    const json = await store.getLocal(COLLECTION, this.#key(token));
    const ticket = json === undefined ? undefined : (JSON.parse(json) as Ticket);
    const isVoid = ticket === undefined || ticket.expires < now() || (ticket.first === true && (await listUsers(store)).length > 0);
    if (isVoid) throw new ParleyError('not_allowed', 'this link was used, has expired, or was never given out');
    return ticket;
  }

  #key(token: string): string {
    return toBase64url(this.#node.parts.crypto.sha256(utf8(`parley-enrolment/1\n${token}`)));
  }

  #purpose(token: string): string {
    return `enrol ${this.#key(token)}`;
  }
}

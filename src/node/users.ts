import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Random, Sha256 } from '../base/ports.ts';
import { isLine } from '../document/shape.ts';
import { hasBidiControl } from '../document/text.ts';
import { actorOf } from '../entry/actor.ts';
import { isAcceptableSigningKey } from '../entry/signing-key.ts';
import type { Store } from '../store/store.ts';
import type { Passkey } from './passkeys.ts';

/** A person who may sign in at this node. Enrolling gives nobody the right to sign for the party: that takes an accreditation. */
export type User = {
  readonly user: string;
  readonly name: string;
  readonly post: string;
  readonly admin: boolean;
  /** The signing key of their documents, base64url (`entry/signing-key.ts`): that of their browser, or their passkey; and the actor it makes. */
  readonly key: string;
  readonly actor: string;
  readonly passkey: Passkey;
  readonly createdAt: number;
};

/** What a person says of themselves when they enrol; `key` is base64url. */
export type Enrolled = { readonly name: string; readonly post: string; readonly key: string; readonly passkey: Passkey };

const COLLECTION = 'user';
const MAX_LINE = 120;

/** All users of a node, in the order of their enrolment. */
export async function listUsers(store: Store): Promise<readonly User[]> {
  const users = (await store.listLocal(COLLECTION)).map(({ json }) => JSON.parse(json) as User);
  return users.sort((a, b) => a.createdAt - b.createdAt);
}

/** One user, or `undefined`. */
export async function findUser(store: Store, user: string): Promise<User | undefined> {
  const json = await store.getLocal(COLLECTION, user);
  return json === undefined ? undefined : (JSON.parse(json) as User);
}

/** Enrols somebody. Refuses `invalid` for a name, post or key that cannot stand, `conflict` for a key or passkey that another user has. */
export async function addUser(
  parts: { readonly store: Store; readonly crypto: { readonly sha256: Sha256 }; readonly random: Random },
  enrolled: Enrolled,
  admin: boolean,
  now: number,
): Promise<User> {
  const { name, post, passkey } = enrolled;
  for (const [what, text] of [
    ['name', name],
    ['post', post],
  ] as const)
    if (!isLine(text, MAX_LINE) || hasBidiControl(text)) throw new ParleyError('invalid', `${what}: one line of 1 to ${MAX_LINE} characters`);
  const key = fromBase64url(enrolled.key);
  if (key === undefined || !isAcceptableSigningKey(key)) throw new ParleyError('invalid', 'an Ed25519 public key of 32 bytes, or a passkey');
  const actor = actorOf(parts.crypto.sha256, key);
  const others = await listUsers(parts.store);
  if (others.some((other) => other.actor === actor || other.passkey.id === passkey.id))
    throw new ParleyError('conflict', 'this key is enrolled already');
  const user: User = { user: toBase64url(parts.random(16)), name, post, admin, key: enrolled.key, actor, passkey, createdAt: now };
  await parts.store.putLocal(COLLECTION, user.user, JSON.stringify(user));
  return user;
}

/** Takes somebody's way in away; what they signed stands. Refuses `not_found`, and `conflict` for the last administrator. */
export async function removeUser(store: Store, user: string): Promise<void> {
  const all = await listUsers(store);
  const one = all.find((other) => other.user === user);
  if (one === undefined) throw new ParleyError('not_found', 'no such person here');
  if (one.admin && all.filter((other) => other.admin).length === 1) throw new ParleyError('conflict', 'the last administrator stays');
  await store.deleteLocal(COLLECTION, user);
}

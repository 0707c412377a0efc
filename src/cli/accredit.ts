import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { parseAct } from '../document/accreditation.ts';
import { MARKINGS } from '../document/envelope.ts';
import { actorOf } from '../entry/actor.ts';
import { keyMembers, passkeyIn } from '../entry/signing-key.ts';
import { nodeSha256 } from '../node/crypto.ts';
import type { ChannelView } from '../projection/views.ts';
import type { Arguments } from './arguments.ts';
import type { Pending } from './identity.ts';
import { readKeyFacts } from './key-file.ts';
import { kindNamed } from './kind-names.ts';
import { exists } from './read-input.ts';
import { kindNameIn } from './rows.ts';

/** Whose key is meant, and what is known of them. */
export type Candidate = {
  /** The signing key, base64url: 32 bytes, or the bytes that name a passkey (`entry/signing-key.ts`). */
  readonly key: string;
  readonly actor: string;
  readonly name?: string;
  readonly post?: string;
  /** Whether its file says that a service holds it. */
  readonly automatic?: boolean;
};

/**
 * The key somebody means: a key file, a raw public key (43 characters), or the name of somebody whose browser enrolled here, with a passkey or a key
 * of that browser. Refuses `not_found`.
 */
export async function findCandidate(who: string, pending: readonly Pending[]): Promise<Candidate> {
  const enrolled = pending.find(({ key, actor }) => key === who || actor === who);
  if (enrolled !== undefined) return enrolled;
  const raw = fromBase64url(who, 32);
  if (raw !== undefined) return { key: toBase64url(raw), actor: actorOf(nodeSha256, raw) };
  const named = pending.filter(({ name, actor }) => name.toLowerCase() === who.toLowerCase() || actor === who);
  const [one, ...more] = named;
  if (more.length > 0) throw new ParleyError('usage', `several enrolled as ${who}; name the key: ${named.map(({ key }) => key).join(', ')}`);
  if (one !== undefined) return one;
  if (await exists(who)) return readKeyFacts(who, 'representative');
  const waiting = pending.map(({ name }) => `"${name}"`).join(', ');
  throw new ParleyError(
    'not_found',
    `no key file, public key or enrolment "${who.slice(0, 60)}"${waiting === '' ? '' : `; enrolled and waiting: ${waiting}`}`,
  );
}

/** The act that accredits a candidate, from options; refuses `usage` and `invalid`. */
export function accreditAct(args: Arguments, candidate: Candidate): JsonObject {
  const name = args.text('name') ?? candidate.name;
  const post = args.text('post') ?? candidate.post;
  if (name === undefined) throw new ParleyError('usage', '--name is needed: who holds this key');
  if (post === undefined) throw new ParleyError('usage', '--post is needed, such as "Duty officer"');
  const marking = (args.text('marking') ?? 'red').toLowerCase().replace(/^tlp:/, '');
  if (!(MARKINGS as readonly string[]).includes(marking)) throw new ParleyError('usage', `--marking is one of ${MARKINGS.join(', ')}`);
  const automatic = args.has('automatic') || candidate.automatic === true;
  if (automatic && passkeyIn(signingKey(candidate)) !== undefined) throw new ParleyError('usage', 'a passkey is used by a person, never --automatic');
  const scope = { kinds: kindsIn(args.text('kinds')), marking, may_recall: args.has('may-recall'), automatic };
  return checked({ act: 'accredit', actor: candidate.actor, ...keyMembers(signingKey(candidate)), name, post, scope, effective_at: null });
}

function signingKey({ key }: Candidate): Uint8Array {
  const bytes = fromBase64url(key);
  if (bytes === undefined) throw new ParleyError('invalid', 'a public key in base64url');
  return bytes;
}

/** An act in its form, or the refusal `invalid`. */
export function checked(act: JsonObject): JsonObject {
  const parsed = parseAct(act);
  if ('expected' in parsed) throw new ParleyError('invalid', `expected ${parsed.expected}`);
  return act;
}

/** A candidate's key for whoever compares it: a passkey with the pages it signs on. */
export function keyText(candidate: Candidate): string {
  const passkey = passkeyIn(signingKey(candidate));
  if (passkey === undefined) return `Key ${candidate.key}`;
  return `Passkey ${candidate.actor}, which signs on ${passkey.siteOrigin} and nowhere else`;
}

/** What an accreditation allows, in one sentence. */
export function scopeText(
  scope: { readonly kinds: readonly string[]; readonly marking: string; readonly mayRecall: boolean; readonly automatic: boolean },
  channel: Pick<ChannelView, 'profile'> = {},
): string {
  const named = scope.kinds.map((kind) => kindNameIn(channel, kind).toLowerCase());
  const kinds = scope.kinds.includes('*') ? 'all kinds of documents' : named.join(', ');
  const more = [scope.mayRecall ? 'may recall others' : '', scope.automatic ? 'the key is held by a service' : ''].filter((part) => part !== '');
  return `may sign ${kinds}, up to TLP:${scope.marking.toUpperCase()}${more.length === 0 ? '' : `; ${more.join('; ')}`}`;
}

/** Kinds of documents in a list with commas, `*` for all; refuses `usage` with the nearest one. */
export function kindsIn(text: string | undefined): readonly string[] {
  if (text === undefined || text === '*') return ['*'];
  const words = text.split(',').filter((word) => word.trim() !== '');
  return [...new Set(words.map((word) => kindNamed(word).id))];
}

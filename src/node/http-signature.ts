import {
  type BareItem,
  type Dictionary,
  type InnerList,
  type Parameters,
  parseDictionary,
  serializeDictionary,
  serializeInnerList,
} from 'structured-headers';
import { toBase64, toBase64url, utf8 } from '../base/bytes.ts';
import { assert, ParleyError } from '../base/errors.ts';
import { MAX_REQUEST_AGE } from '../base/limits.ts';
import type { Random, Signer, VerifySignatures } from '../base/ports.ts';
import { actorOf } from '../entry/actor.ts';
import { nodeSha256 } from './crypto.ts';
import type { NonceMemory } from './nonce-memory.ts';
import { checkSignature } from './signature-check.ts';

/** What of a request is signed: its method, its target (path and query, as sent) and its body. */
export type SignableRequest = { readonly method: string; readonly path: string; readonly body?: Uint8Array };

/** A request as it came; header names in lower case, as node:http gives them. */
export type ReceivedRequest = SignableRequest & {
  /** The body has not come yet: its digest is taken as said, and {@link mustHaveDigest} compares it once it has. */
  readonly bodyLater?: true;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
};

/** The three headers of a signed request. */
export type SignatureHeaders = { readonly 'content-digest': string; readonly 'signature-input': string; readonly signature: string };

const COMPONENTS = ['@method', '@path', '@query', 'content-digest'] as const;
const PARAMETERS = ['created', 'nonce', 'keyid', 'alg', 'tag'] as const;
const LABEL = 'parley';
/** Ours is 210 bytes; structured fields are not parsed beyond this. */
const MAX_FIELD_LENGTH = 1024;

/**
 * Signs a request (RFC 9421) over method, path, query and body, with the digest of RFC 9530; `now` is in seconds.
 *
 * Example: `signature-input: parley=("@method" "@path" "@query" "content-digest");created=1790000000;nonce="<16 B>";keyid="<actor>";alg="ed25519";
 * tag="parley"`, where the key id is the key's actor id, 43 characters of base64url.
 */
export async function signRequest(signer: Signer, request: SignableRequest, now: number, random: Random): Promise<SignatureHeaders> {
  assert(signer.algorithm === 'ed25519', 'requests are signed with Ed25519');
  const parameters: Parameters = new Map<string, BareItem>([
    ['created', now],
    ['nonce', toBase64url(random(16))],
    ['keyid', actorOf(nodeSha256, signer.publicKey)],
    ['alg', 'ed25519'],
    ['tag', LABEL],
  ]);
  const input: InnerList = [COMPONENTS.map((name) => [name, new Map()]), parameters];
  const digest = contentDigest(request.body);
  const base = requestBase(request, digest, serializeInnerList(input));
  assert(base !== undefined, 'a request path starts with / and holds no empty query');
  const signature = await signer.sign(base);
  return {
    'content-digest': digest,
    'signature-input': serializeDictionary(new Map([[LABEL, input]])),
    signature: serializeDictionary(new Map([[LABEL, [Uint8Array.from(signature).buffer, new Map()]]])),
  };
}

/**
 * Who signed a request: the key id whose key verifies it. `lookupKey` gives the raw Ed25519 key of an actor id, `undefined` for strangers; `ownerOf` whose key
 * it is, where one may have several.
 *
 * Refuses with `signature_invalid` (missing, several, in another form, wrong, or a nonce seen before), `clock_ahead` (signed more than five minutes
 * from `now`, either way), `not_a_party` (a key nobody here knows), `quota` (no room for more nonces just now). Only a request that verifies takes
 * room, so strangers cannot fill the memory, and `clock_ahead` and `quota` are said to whoever holds the key alone. All headers come from a stranger until
 * the signature is verified.
 */
export async function verifyRequest(
  request: ReceivedRequest,
  lookupKey: (keyid: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>,
  now: number,
  nonces: NonceMemory,
  verify: VerifySignatures = async (checks) => checks.map(checkSignature),
  ownerOf: (keyid: string) => string = (keyid) => keyid,
): Promise<{ readonly keyid: string }> {
  const { input, created, nonce, keyid } = parseInput(header(request, 'signature-input'));
  const signature = parseSignature(header(request, 'signature'));
  const digest = request.bodyLater === true ? header(request, 'content-digest') : contentDigest(request.body);
  if (header(request, 'content-digest') !== digest) throw refused('the digest of the body');
  const key = await lookupKey(keyid);
  if (key === undefined) throw new ParleyError('not_a_party', 'a key of a channel held here');
  const message = requestBase(request, digest, serializeInnerList(input));
  const verdicts = message === undefined ? [false] : await verify([{ algorithm: 'ed25519', key, message, signature }]);
  if (!verdicts.every(Boolean)) throw refused('a signature over this request');
  if (Math.abs(now - created) > MAX_REQUEST_AGE) throw new ParleyError('clock_ahead', 'a request signed just now', { now });
  // The moment after which age alone refuses it.
  const verdict = nonces.take(keyid, nonce, created + MAX_REQUEST_AGE + 1, now, ownerOf(keyid));
  if (verdict === 'full') throw new ParleyError('quota', 'fewer requests in five minutes');
  if (verdict === 'seen') throw refused('a request that was not sent before');
  return { keyid };
}

/** Refuses `signature_invalid` when the body that came is not the one whose digest was signed. */
export function mustHaveDigest(headers: ReceivedRequest['headers'], body: Uint8Array): void {
  if (headers['content-digest'] !== contentDigest(body)) throw refused('the digest of the body');
}

/** The `content-digest` of a body (RFC 9530), of no bytes where there is none: `sha-256=:<base64>:`. */
export function contentDigest(body: Uint8Array = new Uint8Array(0)): string {
  return `sha-256=:${toBase64(nodeSha256(body))}:`;
}

/** The signature base (RFC 9421 section 2.5): a line a component, then the serialized parameters, no newline at the end. */
export function signatureBase(components: readonly (readonly [name: string, value: string])[], parameters: string): Uint8Array {
  const lines = components.map(([name, value]) => `"${name}": ${value}\n`);
  return utf8(`${lines.join('')}"@signature-params": ${parameters}`);
}

/** The base of our four components; `undefined` for a target that is not one: other than origin form, not printable, or with a bare `?`. */
function requestBase({ method, path }: SignableRequest, digest: string, parameters: string): Uint8Array | undefined {
  // A bare `?` has the same @query as none (RFC 9421 section 2.2.7): refused, so that no two targets share a signature.
  if (!/^[A-Z]{1,16}$/.test(method) || !/^\/[!-~]*$/.test(path) || path.endsWith('?') || path.includes('#')) return undefined;
  const at = path.indexOf('?');
  const values = [method, at < 0 ? path : path.slice(0, at), at < 0 ? '?' : path.slice(at), digest];
  return signatureBase(
    COMPONENTS.map((name, i) => [name, values[i] ?? '']),
    parameters,
  );
}

type SignatureInput = { readonly input: InnerList; readonly created: number; readonly nonce: string; readonly keyid: string };

function parseInput(text: string): SignatureInput {
  const [input, several] = soleMember(text);
  if (several || input === undefined || !Array.isArray(input[0])) throw refused('one signature, labelled parley');
  const [items, parameters] = input as InnerList;
  const names = items.map(([name, own]) => (own.size === 0 ? name : undefined));
  if (names.length !== COMPONENTS.length || COMPONENTS.some((name, i) => names[i] !== name)) {
    throw refused(`a signature over ${COMPONENTS.join(' ')}`);
  }
  if ([...parameters.keys()].sort().join() !== [...PARAMETERS].sort().join()) throw refused(`the parameters ${PARAMETERS.join(' ')}`);
  const [created, nonce, keyid] = [parameters.get('created'), parameters.get('nonce'), parameters.get('keyid')];
  if (parameters.get('alg') !== 'ed25519' || parameters.get('tag') !== LABEL) throw refused('alg ed25519 and tag parley');
  if (typeof created !== 'number' || !Number.isSafeInteger(created)) throw refused('a time in whole seconds');
  if (typeof nonce !== 'string' || !/^[A-Za-z0-9_-]{22}$/.test(nonce)) throw refused('a nonce of 16 bytes');
  if (typeof keyid !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(keyid)) throw refused('a key id of 32 bytes');
  return { input: [items, parameters], created, nonce, keyid };
}

function parseSignature(text: string): Uint8Array {
  const [member, several] = soleMember(text);
  const value = member?.[0];
  if (several || !(value instanceof ArrayBuffer) || value.byteLength !== 64 || member?.[1].size !== 0)
    throw refused('one Ed25519 signature, labelled parley');
  return new Uint8Array(value);
}

/** The member `parley` of a dictionary, and whether there are others or the text is not the serialized form of what was parsed. */
function soleMember(text: string): [InnerList | [BareItem, Parameters] | undefined, boolean] {
  let dictionary: Dictionary;
  try {
    dictionary = parseDictionary(text);
    // A repeated label leaves the last one after parsing; only the text shows that there were two.
    return [dictionary.get(LABEL), dictionary.size !== 1 || serializeDictionary(dictionary) !== text];
  } catch {
    return [undefined, true];
  }
}

function header({ headers }: ReceivedRequest, name: string): string {
  const value = headers[name];
  if (typeof value !== 'string' || value.length > MAX_FIELD_LENGTH) throw refused(`one header ${name}`);
  return value;
}

function refused(expected: string): ParleyError {
  return new ParleyError('signature_invalid', expected);
}

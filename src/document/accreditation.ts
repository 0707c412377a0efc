import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { MARKINGS, MAX_NAME, MAX_REMARK, type Marking, markingRank } from './envelope.ts';
import { isBytes, isLine, LAST_INSTANT } from './shape.ts';
import { isRpIdOf, isSiteOrigin } from './site-origin.ts';
import { hasBidiControl, hasControl } from './text.ts';

/** Kinds one scope may name: more than there will ever be, few enough for one identity note. */
export const MAX_SCOPE_KINDS = 64;

/** What a representative may sign: kinds (`["*"]` is all), up to which marking, whether they may recall others, whether a service holds the key. */
export type Scope = {
  readonly kinds: readonly string[];
  readonly marking: Marking;
  readonly may_recall: boolean;
  readonly automatic: boolean;
};

/** Algorithms of passkeys: what WebAuthn calls ES256 (COSE -7) and EdDSA with Ed25519 (COSE -8). */
export const PASSKEY_ALGORITHMS = ['webauthn-es256', 'webauthn-ed25519'] as const;
export type PasskeyAlgorithm = (typeof PASSKEY_ALGORITHMS)[number];

/** Members of an act that name a plain Ed25519 key, or a passkey with the origin of its pages and the name it is bound to. */
type NamedKey = { readonly algorithm: 'ed25519' } | { readonly algorithm: PasskeyAlgorithm; readonly site_origin: string; readonly rp_id: string };

/** Says who speaks for the party: `actor` is SHA-256 of the key's SPKI DER and `key` the raw public key, both unpadded base64url. */
export type Accredit = NamedKey & {
  readonly act: 'accredit';
  readonly actor: string;
  readonly key: string;
  readonly name: string;
  readonly post: string;
  readonly scope: Scope;
  /** When the post begins, for people to read: validity runs from the act's place in the log. */
  readonly effective_at: number | null;
};

/** Recalls for consultations; a mission that is over is an {@link End}. */
export type Recall = {
  readonly act: 'recall';
  readonly actor: string;
  readonly for_consultations: true;
  readonly reason: string | null;
  readonly effective_at: number | null;
};

/** Returns a recalled representative to their post. */
export type Return = { readonly act: 'return'; readonly actor: string; readonly effective_at: number | null };

/** Ends the mission: the key never signs here again unless accredited anew. */
export type End = { readonly act: 'end'; readonly actor: string };

/** What a party's identity keys say about one of its representatives. */
export type AccreditationAct = Accredit | Recall | Return | End;

/** The four acts by name. */
export const ACCREDITATION_ACTS = ['accredit', 'recall', 'return', 'end'] as const;

/** Catalogue ids of the words for an act (a title and a sentence with `{name}`) and for the state it leads to. */
export const ACT_WORDS = {
  accredit: { title: 'act.accredit', sentence: 'act.accredit.done', state: 'person.accredited' },
  recall: { title: 'act.recall', sentence: 'act.recall.done', state: 'person.recalled_for_consultations' },
  return: { title: 'act.return', sentence: 'act.return.done', state: 'person.accredited' },
  end: { title: 'act.end', sentence: 'act.end.done', state: 'person.ended' },
} as const satisfies Record<AccreditationAct['act'], { title: string; sentence: string; state: string }>;

/**
 * The act in the `act` of an identity note, or a fragment saying what was expected.
 *
 * `{"act":"accredit","actor":"<43>","algorithm":"ed25519","key":"<43>","name":"A. Petrova","post":"Duty officer",
 * "scope":{"kinds":["*"],"marking":"red","may_recall":true,"automatic":false},"effective_at":null}`.
 * Members are exactly those of the act, in any order. That `actor` is the hash of `key` is for whoever can hash to check.
 */
export function parseAct(json: Json): { readonly act: AccreditationAct } | { readonly expected: string } {
  if (!isObject(json)) return { expected: 'an act: a JSON object' };
  switch (json.act) {
    case 'accredit':
      return parseAccredit(json);
    case 'recall':
      return parseRecall(json);
    case 'return': {
      const fault = membersFault(json, ['act', 'actor', 'effective_at']) ?? actorFault(json) ?? instantFault(json);
      return fault === undefined ? { act: json as Return } : { expected: fault };
    }
    case 'end': {
      const fault = membersFault(json, ['act', 'actor']) ?? actorFault(json);
      return fault === undefined ? { act: json as End } : { expected: fault };
    }
    default:
      return { expected: 'act accredit, recall, return or end' };
  }
}

function parseAccredit(json: JsonObject): { act: Accredit } | { expected: string } {
  const passkey = PASSKEY_ALGORITHMS.find((algorithm) => algorithm === json.algorithm);
  const members = ['act', 'actor', 'algorithm', 'key', ...(passkey === undefined ? [] : ['site_origin', 'rp_id']), 'name', 'post', 'scope'];
  if (json.algorithm !== 'ed25519' && passkey === undefined) return { expected: `algorithm ed25519, ${PASSKEY_ALGORITHMS.join(' or ')}` };
  const fault = membersFault(json, [...members, 'effective_at']) ?? actorFault(json) ?? instantFault(json);
  if (fault !== undefined) return { expected: fault };
  const size = passkey === 'webauthn-es256' ? 65 : 32;
  if (!isBytes(json.key, size)) return { expected: `key: ${size} bytes in unpadded base64url` };
  if (passkey !== undefined) {
    const { site_origin: siteOrigin, rp_id: rpId } = json;
    if (!isSiteOrigin(siteOrigin)) return { expected: 'site_origin: an origin such as https://parley.example' };
    if (!isRpIdOf(rpId, siteOrigin)) return { expected: 'rp_id: the host of site_origin, or a domain above it' };
  }
  for (const member of ['name', 'post']) {
    if (!isPlainLine(json[member])) return { expected: `${member}: one line of 1 to ${MAX_NAME} characters, none of them a control character` };
  }
  const scope = scopeFault(json.scope);
  return scope === undefined ? { act: json as unknown as Accredit } : { expected: scope };
}

function parseRecall(json: JsonObject): { act: Recall } | { expected: string } {
  const fault = membersFault(json, ['act', 'actor', 'for_consultations', 'reason', 'effective_at']) ?? actorFault(json) ?? instantFault(json);
  if (fault !== undefined) return { expected: fault };
  if (json.for_consultations !== true) return { expected: 'for_consultations true (a mission that is over is an act end)' };
  const { reason } = json;
  const readable =
    typeof reason === 'string' && reason.trim() !== '' && reason.length <= MAX_REMARK && !hasControl(reason, '\n') && !hasBidiControl(reason);
  if (reason !== null && !readable) return { expected: `reason: null, or text of 1 to ${MAX_REMARK} characters` };
  return { act: json as unknown as Recall };
}

function membersFault(json: JsonObject, members: readonly string[]): string | undefined {
  const exact = Object.keys(json).length === members.length && members.every((member) => Object.hasOwn(json, member));
  return exact ? undefined : `exactly the members ${members.join(', ')}`;
}

function actorFault(json: JsonObject): string | undefined {
  return isBytes(json.actor, 32) ? undefined : 'actor: 32 bytes in unpadded base64url';
}

function instantFault(json: JsonObject): string | undefined {
  const at = json.effective_at;
  const whole = typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 && at <= LAST_INSTANT;
  return at === null || whole ? undefined : 'effective_at: null or whole seconds since 1970';
}

/** Names are shown beside every signature, so what reorders them is refused here and not merely shown. */
function isPlainLine(value: Json | undefined): boolean {
  return isLine(value, MAX_NAME) && !hasBidiControl(value);
}

function scopeFault(scope: Json | undefined): string | undefined {
  if (!isObject(scope)) return 'scope: an object';
  const fault = membersFault(scope, ['kinds', 'marking', 'may_recall', 'automatic']);
  if (fault !== undefined) return `scope: ${fault}`;
  const kinds = Array.isArray(scope.kinds) ? (scope.kinds as readonly Json[]) : [];
  const all = kinds.length === 1 && kinds[0] === '*';
  const listed = kinds.every((kind) => typeof kind === 'string' && /^[a-z][a-z0-9_]{0,31}$/.test(kind)) && new Set(kinds).size === kinds.length;
  if (kinds.length === 0 || kinds.length > MAX_SCOPE_KINDS || !(all || listed)) return `scope.kinds: ["*"], or 1 to ${MAX_SCOPE_KINDS} ids of kinds`;
  if (markingRank(scope.marking) < 0) return `scope.marking: one of ${MARKINGS.join(', ')}`;
  if (typeof scope.may_recall !== 'boolean' || typeof scope.automatic !== 'boolean') return 'scope.may_recall and scope.automatic: true or false';
  return undefined;
}

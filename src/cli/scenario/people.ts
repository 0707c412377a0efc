import { fromBase64url, fromUtf8, toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import type { AccreditationAct, Scope } from '../../document/accreditation.ts';
import { actorOf } from '../../entry/actor.ts';
import { formatIdentityNote, signAsIdentity } from '../../entry/identity-note.ts';
import { keyMembers } from '../../entry/signing-key.ts';
import type { PeoplePage } from '../../projection/people-views.ts';
import { channelPath } from '../client.ts';
import { latestRows } from '../documents.ts';
import type { Act, ScenarioPerson } from './scenario.ts';
import { type Side, untilNothing } from './side.ts';
import { type Stage, sideOf } from './stage.ts';
import { readInstant } from './values.ts';

/** What the people's door says of a channel's people to whoever administers it. */
export type PeopleAnswer = {
  readonly us: number;
  /** Number of the next identity note. */
  readonly next: number;
  readonly people: readonly {
    readonly actor: string;
    readonly party: number;
    readonly name: string;
    readonly state: string;
    readonly matter: string;
  }[];
  /** Who enrolled and waits for an accreditation. */
  readonly pending: readonly { readonly name: string; readonly post: string; readonly actor: string; readonly key: string }[];
};

/** Rows of the table that a party's acts about its people are looked for among. */
const MAX_ROWS = 10_000;

/** The people of a channel, as one side shows them. */
export function peopleOf(side: Side, channel: string): Promise<PeopleAnswer> {
  return side.ask((client) => client.get<PeopleAnswer>(channelPath(channel, '/people')));
}

/** Accredits a person of the scenario unless their key is known in the channel already; whether it was done now. */
export async function accredit(stage: Stage, person: ScenarioPerson): Promise<boolean> {
  const side = sideOf(stage, person.party);
  const { signer } = await side.keys.author(person.slug);
  const actor = actorOf(stage.ports.crypto.sha256, signer.publicKey);
  if ((await peopleOf(side, stage.channel)).people.some((one) => one.actor === actor && one.party === person.party)) return false;
  const act = accreditation({ actor, key: toBase64url(signer.publicKey), name: person.name, post: person.post, scope: person.scope });
  await placeIdentity(stage, side, { key: `person-${person.slug}`, digest: '' }, act);
  return true;
}

/**
 * The act by which a party says that somebody speaks for it; `key` is base64url: 32 bytes, or the bytes that name a passkey (`entry/signing-key.ts`).
 * Refuses `invalid`.
 */
export function accreditation(person: {
  readonly actor: string;
  readonly key: string;
  readonly name: string;
  readonly post: string;
  readonly scope: Scope;
}): AccreditationAct {
  const signingKey = fromBase64url(person.key);
  if (signingKey === undefined) throw new ParleyError('invalid', `a signing key of ${person.name} in base64url`);
  return { act: 'accredit', effective_at: null, ...person, ...keyMembers(signingKey) };
}

/**
 * The people of a side acknowledge these of the other, once what made them speak has arrived - `atPost`: their return too; whether any waited. Refuses
 * `unreachable` where somebody does not arrive.
 */
export async function acknowledge(stage: Stage, party: number, names: readonly string[], atPost: boolean): Promise<boolean> {
  if (names.length === 0) return false;
  const side = sideOf(stage, party);
  const page = (): Promise<PeoplePage> => side.ask((client) => client.get<PeoplePage>(channelPath(stage.channel, '/representatives')));
  const missing = await untilNothing(async () => {
    const { people } = await page();
    return names.find((name) => !people.some((one) => one.name === name && one.party !== party && (!atPost || one.state === 'accredited')));
  });
  if (missing !== undefined) throw new ParleyError('unreachable', `that ${missing} speaks for the other side has not arrived at ${side.name}`);
  const entries = (await page()).toAcknowledge.filter(({ name }) => names.includes(name)).map(({ entry }) => entry);
  if (entries.length > 0) await side.ask((client) => client.post(channelPath(stage.channel, '/acknowledgements'), { entries }));
  return entries.length > 0;
}

/** Plays a line in which a party speaks of one of its people; whether it was signed now. */
export async function playPeopleAct(stage: Stage, act: Act): Promise<boolean> {
  const side = sideOf(stage, act.party);
  const person = stage.scenario.people.find(({ name }) => name === act.person);
  if (person === undefined) throw new ParleyError('invalid', `line ${act.line}: somebody of this scenario`);
  const fresh = (await stage.ledger.get(act.key)) === undefined;
  const { signer } = await side.keys.author(person.slug);
  const actor = actorOf(stage.ports.crypto.sha256, signer.publicKey);
  await placeIdentity(stage, side, act, actOf(stage, act, person, actor, toBase64url(signer.publicKey)));
  if (fresh) stage.say(`${act.text}.`);
  return fresh;
}

/** Plays a line in which a party acknowledges somebody of the other; what was acknowledged once is not waited for again, since it may be otherwise by now. */
export async function playAcknowledgement(stage: Stage, act: Act): Promise<boolean> {
  if ((await stage.ledger.get(act.key)) !== undefined) return false;
  await acknowledge(stage, act.party, [act.person ?? ''], true);
  const nothing = new Uint8Array();
  await stage.ledger.put({ key: act.key, digest: act.digest, channel: stage.channel, id: '', bytes: nothing, body: nothing, files: [] });
  stage.say(`${act.text}.`);
  return true;
}

/** Signs an identity note and hands it to the node, once: what was signed before and stands is left as it is. */
export async function placeIdentity(
  stage: Stage,
  side: Side,
  line: { readonly key: string; readonly digest: string },
  act: AccreditationAct,
): Promise<void> {
  const { channel, ledger, ports } = stage;
  const { sha256 } = ports.crypto;
  const known = await ledger.get(line.key);
  if (known !== undefined && (await stands(side, channel, fromUtf8(known.bytes) ?? ''))) return;
  const { us, next } = await peopleOf(side, channel);
  // A note whose number another took meanwhile can never count: it is signed anew, under the next number.
  const note = known !== undefined && numberOf(known.bytes) === next ? known.bytes : await sign(side, { channel, party: us, n: next, act }, sha256);
  const id = toBase64url(sha256(note));
  await ledger.put({ key: line.key, digest: line.digest, channel, id, bytes: note, body: new Uint8Array(), files: [] });
  await side.ask(async (client) => {
    // The answer to an earlier try may have been lost: the node would refuse the number as used.
    if (await stands(side, channel, fromUtf8(note) ?? '')) return;
    await client.post(channelPath(channel, '/identity'), { note: fromUtf8(note) ?? '' });
  });
}

async function sign(
  side: Side,
  note: { channel: string; party: number; n: number; act: AccreditationAct },
  sha256: Stage['ports']['crypto']['sha256'],
): Promise<Uint8Array> {
  const text = formatIdentityNote({ ...note, act: note.act as unknown as JsonObject });
  return signAsIdentity(sha256, text, [await side.keys.identity()]);
}

/** Whether our log holds an identity note, byte for byte. */
async function stands(side: Side, channel: string, note: string): Promise<boolean> {
  const rows = await side.ask((client) => latestRows(client, channel, MAX_ROWS));
  const ours = rows.rows.filter((row) => row.kind === 'identity' && row.valid);
  for (const row of ours) if ((await side.document(channel, row.id))?.fields.note === note) return true;
  return false;
}

function numberOf(note: Uint8Array): number | undefined {
  const n = /^\{"v":1,"channel":"[^"]*","party":\d+,"n":(\d+),/.exec(fromUtf8(note) ?? '')?.[1];
  return n === undefined ? undefined : Number(n);
}

function actOf(stage: Stage, act: Act, person: ScenarioPerson, actor: string, key: string): AccreditationAct {
  const text = (name: string): string | undefined => act.fields.find((field) => field.name === name)?.text;
  const at = text('effective_at');
  const effective = at === undefined ? null : (readInstant(at, stage.ports.now()) ?? null);
  switch (act.peopleAct) {
    case 'recall':
      return { act: 'recall', actor, for_consultations: true, reason: text('reason') ?? null, effective_at: effective };
    case 'return':
      return { act: 'return', actor, effective_at: effective };
    case 'end':
      return { act: 'end', actor };
    default:
      return {
        ...accreditation({ actor, key, name: person.name, post: person.post, scope: person.scope }),
        effective_at: effective,
      } as AccreditationAct;
  }
}

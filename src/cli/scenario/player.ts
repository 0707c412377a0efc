import { equal, fromBase64, fromBase64url, toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import type { Signer } from '../../base/ports.ts';
import type { Kind } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { answering } from '../../projection/corrected.ts';
import { hashFile, storeFile } from '../attach.ts';
import { postEntry, signDocument } from '../compose.ts';
import { filesOf, pathIn, pathsOf } from './act-files.ts';
import { actValues } from './acts.ts';
import { signCleared } from './clearing.ts';
import { drawnFields } from './exchange-acts.ts';
import type { Played } from './ledger.ts';
import { accredit, acknowledge, playAcknowledgement, playPeopleAct } from './people.ts';
import type { Act, Expectation } from './scenario.ts';
import { notSeen } from './see.ts';
import { type Side, untilNothing } from './side.ts';
import { type Stage, sideOf } from './stage.ts';
import { waitFor } from './waits.ts';

/** How much was played now, and how much stood already. */
export type Outcome = { readonly played: number; readonly stood: number };

/**
 * Plays a scenario through the people's doors of both parties, from where an earlier run stopped.
 *
 * Invariants: 1. a line is signed once: its bytes are durable in the ledger before they leave, and only they are ever sent; 2. a line is played after all
 * lines above it stand on the record; 3. a document is answered only where its signer's own node shows it. So a crash at any moment,
 * of this process or a node, is mended by playing again. Refuses `conflict` where an expectation does not hold, naming its line.
 */
export async function play(stage: Stage): Promise<Outcome> {
  const { scenario, say } = stage;
  const told = await begin(stage);
  const last = scenario.steps.findLastIndex((step) => step.step === 'act' && told.known.has(step.key));
  let part: string | undefined;
  let played = 0;
  let stood = 0;
  for (const [i, step] of scenario.steps.entries()) {
    if (step.step === 'part') part = step.title;
    else if (step.step === 'act') {
      if (part !== undefined && !told.known.has(step.key)) say(part);
      if (!told.known.has(step.key)) part = undefined;
      const fresh = await playAct(told, step, stage.ports.now());
      if (fresh) played++;
      else stood++;
      // What was true between two lines that stand already need not be true any more.
    } else if (i > last && step.step === 'expect') {
      await mustSee(told, step);
      say(`  Seen: ${step.text}.`);
    } else if (i > last && step.step === 'wait') await waitFor([told], step, stage);
  }
  return { played, stood };
}

/** The telling of one channel as far as it is: entry ids by the names of documents, and the keys of lines that were signed before. */
export type Told = { readonly stage: Stage; readonly names: Map<string, string>; readonly known: ReadonlySet<string> };

/** Begins a telling or goes on with it; people whom no line accredits are accredited. */
export async function begin(stage: Stage): Promise<Told> {
  await accreditPeople(stage);
  return { stage, names: new Map(), known: new Set(await stage.ledger.keys()) };
}

/** People whom no line accredits are accredited before the first. */
async function accreditPeople(stage: Stage): Promise<void> {
  const { scenario } = stage;
  const told = new Set(scenario.steps.flatMap((step) => (step.step === 'act' && step.peopleAct === 'accredit' ? [step.person] : [])));
  for (const person of scenario.people) {
    if (told.has(person.name)) continue;
    if (!(await accredit(stage, person))) continue;
    stage.say(`${person.name}, ${person.post}, is accredited by ${scenario.parties[person.party]?.name ?? ''}.`);
  }
  // As the people of either side do when a channel has been founded: they look at who speaks for the other.
  for (const side of scenario.parties.keys()) {
    const theirs = scenario.people.filter((person) => person.party !== side && !told.has(person.name));
    const fresh = await acknowledge(
      stage,
      side,
      theirs.map(({ name }) => name),
      false,
    );
    if (fresh) stage.say(`${scenario.parties[side]?.name ?? ''} acknowledges who speaks for the other side.`);
  }
}

/** Plays one line, whose instants count from `now`; whether it was signed now. */
export async function playAct({ stage, names }: Told, act: Act, now: number): Promise<boolean> {
  if (act.peopleAct !== undefined) return playPeopleAct(stage, act);
  if (act.acknowledges) return playAcknowledgement(stage, act);
  const known = await stage.ledger.get(act.key);
  if (known !== undefined && known.digest !== act.digest) stage.say(`Line ${act.line} was changed after it was played; what was signed stands.`);
  const played = known ?? (await signAct(stage, act, names, now));
  await send(stage, act, played);
  if (act.name !== undefined) names.set(act.name, played.id);
  if (known === undefined) stage.say(act.name === undefined ? `${act.text}.` : `${act.text}: ${act.name}.`);
  return known === undefined;
}

async function signAct(stage: Stage, act: Act, names: ReadonlyMap<string, string>, now: number): Promise<Played> {
  const { channel, ports, scenario } = stage;
  const side = sideOf(stage, act.party);
  const kind = kindOf(act.kind);
  const signer = scenario.people.find(({ name }) => name === act.signer);
  if (kind === undefined || signer === undefined) throw new ParleyError('invalid', `line ${act.line}: somebody who signs a kind of document`);
  const parent = act.parent === undefined ? undefined : idOf(names, act.parent);
  const about = act.about.map((name) => idOf(names, name));
  const { values, faults } = actValues(act, kind, scenario.marking, now);
  if (faults[0] !== undefined) throw new ParleyError('invalid', `line ${faults[0].line}: ${faults[0].sentence}`);
  for (const id of [...(parent === undefined ? [] : [parent]), ...about]) await mustBeHere(stage, side, id, act);
  const told = scenario.people.find(({ name }) => name === act.person);
  const person =
    act.person === undefined
      ? undefined
      : (await side.eyes(channel).channel()).people.find(({ name, party }) => name === act.person && party === told?.party);
  const returns = parent !== undefined && kind.fields.some(({ name }) => name === 'nonce');
  const theirs = !returns ? undefined : (await side.document(channel, parent))?.fields.nonce;
  fill(kind, values, { about, actor: person?.actor, representative: person?.name, nonce: theirs ?? toBase64url(ports.random(16)), entry: parent });
  const drawn = await drawnFields(stage, act, parent ?? '');
  for (const [name, value] of drawn.fields) values.set(name, value);
  const files = drawn.files ?? (await filesOf(stage, act));
  if (files.length > 0)
    values.set(
      'attachments',
      files.map(({ value }) => value),
    );
  const fields = kind.fields.flatMap(({ name }): (readonly [string, Json])[] => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const answered = kind.id === 'position' && parent !== undefined ? await side.document(channel, parent) : undefined;
  const answer = answered === undefined ? parent : answering(kind.id, answered);
  const refs = answer !== undefined ? [answer].flat() : person !== undefined ? [person.matter] : [];
  const author = await side.keys.author(signer.slug);
  const toSign = { channel, kind: kind.id, refs, fields };
  const signed =
    act.clearedBy === undefined
      ? await side.ask((client) => signDocument(client, author, ports, toSign))
      : await signCleared(stage, side, { author, clearer: await clearerOf(stage, side, act), toSign });
  const salts = files.map(({ path, value }, i) => ({ path: pathsOf(act)[i] ?? path, salt: value.salt }));
  const played = { key: act.key, digest: act.digest, channel, id: signed.id, bytes: signed.bytes, body: signed.body, files: salts };
  await stage.ledger.put(played);
  return played;
}

async function clearerOf({ scenario }: Stage, side: Side, { clearedBy, line }: Act): Promise<Signer> {
  const clearer = scenario.people.find(({ name }) => name === clearedBy);
  if (clearer === undefined) throw new ParleyError('invalid', `line ${line}: somebody who clears it`);
  return (await side.keys.author(clearer.slug)).signer;
}

/** Sends what was signed, files first; what the record holds already must be the same bytes. */
async function send(stage: Stage, act: Act, played: Played): Promise<void> {
  const { channel, ports } = stage;
  const side = sideOf(stage, act.party);
  if (played.channel !== channel) throw new ParleyError('conflict', `line ${act.line} was played in another channel`);
  const there = await side.document(channel, played.id);
  if (there !== undefined) {
    if (!equal(fromBase64(there.entry) ?? new Uint8Array(), played.bytes))
      throw new ParleyError('store_damaged', `line ${act.line} stands with other bytes`);
    return;
  }
  for (const { path, salt } of played.files) {
    const file = await hashFile(
      pathIn(stage.folder, path),
      { sha256: ports.crypto.sha256, random: ports.random },
      undefined,
      fromBase64url(salt, 16),
    );
    await side.ask((client) => storeFile(client, channel, file, ports.crypto.sha256));
  }
  await side.ask((client) => postEntry(client, channel, played));
}

/** Refuses `conflict`, naming the line, where both sides do not come to see what is expected. */
export async function mustSee({ stage, names }: Told, expectation: Expectation): Promise<void> {
  const eyes = stage.sides.map((side) => side.eyes(stage.channel));
  const { scenario, ports } = stage;
  const missing = await untilNothing(() => notSeen(expectation, eyes, { scenario, names, now: ports.now() }));
  if (missing !== undefined) throw new ParleyError('conflict', `line ${expectation.line}: expected ${expectation.text}, but ${missing}`);
}

async function mustBeHere(stage: Stage, side: Side, id: string, act: Act): Promise<void> {
  const missing = await untilNothing(async () => ((await side.document(stage.channel, id)) === undefined ? 'not here' : undefined));
  if (missing !== undefined) throw new ParleyError('unreachable', `line ${act.line}: what it answers has not arrived at ${side.name}`);
}

function fill(
  kind: Kind,
  values: Map<string, Json>,
  filled: { about: readonly string[]; actor: string | undefined; representative: string | undefined; nonce: Json; entry: string | undefined },
): void {
  const has = (name: string): boolean => kind.fields.some((field) => field.name === name);
  if (has('concerns') && filled.about.length > 0) values.set('concerns', filled.about);
  if (has('nonce')) values.set('nonce', filled.nonce);
  if (has('entry') && filled.entry !== undefined) values.set('entry', filled.entry);
  if (has('actor') && filled.actor !== undefined) values.set('actor', filled.actor);
  if (has('representative') && filled.representative !== undefined) values.set('representative', filled.representative);
}

function idOf(names: ReadonlyMap<string, string>, name: string): string {
  const id = names.get(name);
  if (id === undefined) throw new ParleyError('not_found', `the document ${name}`);
  return id;
}

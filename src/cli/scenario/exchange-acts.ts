import { toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import type { ExchangeSide } from '../../document/exchange.ts';
import { kindOf } from '../../document/registry.ts';
import { type LocalFile, storeFile } from '../attach.ts';
import { digestToReveal, exchangeIn, keepWords, keptFor } from '../exchange-words.ts';
import { filesOf } from './act-files.ts';
import { actValues } from './acts.ts';
import type { Act, ScenarioFault, Step } from './scenario.ts';
import { type Stage, sideOf } from './stage.ts';

/** What is wrong with the commitments of a telling: a side commits to the words and files that it reveals in a later line. */
export function exchangeFaults(steps: readonly Step[]): readonly ScenarioFault[] {
  return steps.flatMap((step): readonly ScenarioFault[] => {
    if (step.step !== 'act' || step.kind !== 'commitment' || revealOf(steps, step) !== undefined) return [];
    return [{ line: step.line, sentence: 'expected a line below in which the same party reveals what it commits to' }];
  });
}

/** What the player fills into a commitment or a reveal, and the files of the reveal under the salts by which they were committed to. */
export type Drawn = { readonly fields: readonly (readonly [string, Json])[]; readonly files?: readonly LocalFile[] };

/**
 * What the player fills into a commitment or a reveal of the exchange `matter`, as "parley commit" and "parley reveal" do: the words and files of the line
 * below are kept by the signer's node before their digest is signed, and what is revealed is what is kept there.
 */
export async function drawnFields(stage: Stage, act: Act, matter: string): Promise<Drawn> {
  if (act.kind === 'commitment') return { fields: [['digest', await keptDigest(stage, act, matter)]] };
  return act.kind === 'reveal' ? keptReveal(stage, act, matter) : { fields: [] };
}

async function keptDigest(stage: Stage, act: Act, matter: string): Promise<string> {
  const { scenario, ports, channel } = stage;
  const reveal = revealOf(scenario.steps, act);
  const text = reveal === undefined ? undefined : textOf(stage, reveal);
  if (reveal === undefined || text === undefined) throw new ParleyError('invalid', `line ${act.line}: words that the same party reveals below`);
  const files = await filesOf(stage, reveal);
  const words = { text, secret: toBase64url(ports.random(16)), attachments: files.map(({ value }) => value) };
  return sideOf(stage, act.party).ask(async (client) => {
    for (const file of files) await storeFile(client, channel, file, ports.crypto.sha256);
    return keepWords(client, exchangeSide(stage, act, matter), words, ports.crypto.sha256);
  });
}

async function keptReveal(stage: Stage, act: Act, matter: string): Promise<Drawn> {
  const { channel, ports, scenario } = stage;
  const side = sideOf(stage, act.party);
  const document = await side.document(channel, matter);
  if (document === undefined) throw new ParleyError('not_found', `line ${act.line}: the exchange`);
  const names = scenario.parties.map(({ name }) => name);
  // A telling may let a side reveal too early.
  const digest = digestToReveal(exchangeIn(document), act.party, names, 'early');
  const kept = await side.ask((client) => keptFor(client, exchangeSide(stage, act, matter), digest, ports.crypto.sha256));
  const files = await filesOf(
    stage,
    act,
    kept.attachments.map(({ salt }) => salt),
  );
  const isSame =
    kept.text === textOf(stage, act) &&
    kept.attachments.every(({ root }, i) => files[i]?.value.root === root) &&
    files.length === kept.attachments.length;
  if (!isSame) throw new ParleyError('conflict', `line ${act.line} reveals something else than was committed to`);
  return { fields: [['secret', kept.secret]], files };
}

function exchangeSide({ channel }: Stage, { party }: Act, matter: string): ExchangeSide {
  return { channel, party, matter };
}

/** The words of a line that reveals. */
function textOf({ scenario, ports }: Stage, act: Act): string | undefined {
  const kind = kindOf('reveal');
  const text = kind === undefined ? undefined : actValues(act, kind, scenario.marking, ports.now()).values.get('text');
  return typeof text === 'string' ? text : undefined;
}

function revealOf(steps: readonly Step[], { line, party, parent }: Act): Act | undefined {
  return steps
    .filter((step) => step.step === 'act')
    .find((step) => step.kind === 'reveal' && step.line > line && step.party === party && step.parent === parent);
}

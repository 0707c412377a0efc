import { toBase64url } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import { exchangeBytes } from '../../document/exchange.ts';
import { kindOf } from '../../document/registry.ts';
import { actValues } from './acts.ts';
import type { Act, ScenarioFault, Step } from './scenario.ts';
import type { Stage } from './stage.ts';

/** What is wrong with the commitments and reveals of a telling: a side commits to the words that it reveals in a later line. */
export function exchangeFaults(steps: readonly Step[]): readonly ScenarioFault[] {
  return steps.flatMap((step): readonly ScenarioFault[] => {
    if (step.step !== 'act') return [];
    const files = step.kind === 'reveal' ? step.fields.find(({ name }) => name === 'attachments') : undefined;
    if (files !== undefined)
      return [{ line: files.line, sentence: 'a scenario reveals words alone: the salts of files are drawn too late to commit to' }];
    if (step.kind !== 'commitment' || revealOf(steps, step) !== undefined) return [];
    return [{ line: step.line, sentence: 'expected a line below in which the same party reveals what it commits to' }];
  });
}

/**
 * What the player fills into a commitment or a reveal of the exchange `matter`: the digest of the words that the same party reveals later, or their secret.
 * The secret is drawn once and is durable before anything is signed over it, so that a telling that goes on after a crash reveals what it committed to.
 */
export async function drawnFields(stage: Stage, act: Act, matter: string): Promise<readonly (readonly [string, Json])[]> {
  if (act.kind !== 'commitment' && act.kind !== 'reveal') return [];
  const { scenario, ports, ledger, channel } = stage;
  const secret = await ledger.secret(`exchange-${matter}-${act.party}`, ports.random);
  if (act.kind === 'reveal') return [['secret', secret]];
  const reveal = revealOf(scenario.steps, act);
  const kind = kindOf('reveal');
  const text = reveal === undefined || kind === undefined ? undefined : actValues(reveal, kind, scenario.marking, ports.now()).values.get('text');
  const bytes = typeof text === 'string' ? exchangeBytes({ channel, party: act.party, matter }, { text, secret, attachments: [] }) : undefined;
  if (bytes === undefined) throw new ParleyError('invalid', `line ${act.line}: words that the same party reveals below`);
  return [['digest', toBase64url(ports.crypto.sha256(bytes))]];
}

function revealOf(steps: readonly Step[], { line, party, parent }: Act): Act | undefined {
  return steps
    .filter((step) => step.step === 'act')
    .find((step) => step.kind === 'reveal' && step.line > line && step.party === party && step.parent === parent);
}

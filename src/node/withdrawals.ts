import { toBase64url } from '../base/bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { withdrawnIn } from '../projection/about-entries.ts';
import { parseMatter } from '../projection/matter.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { isActRow } from './kept-fold.ts';
import { rawIds } from './views/facts.ts';

/**
 * Refuses `withdrawn` for a withdrawal of what is withdrawn already. A log that holds a second one is no worse for it (spec/entry.md): whoever made it
 * may not have known, so it is this door alone that asks. The same entry `again` is no second one.
 */
export async function mustNotBeWithdrawn(channel: ChannelRuntime, entry: Json | undefined, again: string): Promise<void> {
  const ids = typeof entry === 'string' ? rawIds([entry]) : [];
  const verdict = ids.length === 0 ? undefined : (await channel.store.verdicts(channel.id, ids)).find(isActRow);
  const [row] = verdict === undefined ? [] : await channel.store.matters(channel.id, { ids: [verdict.matter] });
  if (verdict === undefined || row === undefined) return;
  const first = withdrawnIn(parseMatter(row.state)).get(toBase64url(verdict.id));
  if (first !== undefined && first.id !== again) throw new ParleyError('withdrawn');
}

import { fromUtf8, toBase64 } from '../../base/bytes.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Signer } from '../../base/ports.ts';
import { type SignedEntry, signEntry } from '../../entry/entry.ts';
import { clearanceText, signStatement } from '../../node/statements.ts';
import type { ClearanceDetail } from '../../projection/clearance-views.ts';
import { channelPath } from '../client.ts';
import { type Author, prepareDocument, type ToSign } from '../compose.ts';
import type { Side } from './side.ts';
import type { Stage } from './stage.ts';

/**
 * Signs a document once a second person of the party has cleared exactly its bytes (four eyes). A crash before it was signed leaves a draft that waits: the line
 * is drafted and cleared anew then. Refuses `clearance_needed` where the node does not show it as cleared.
 */
export async function signCleared(
  { ports }: Pick<Stage, 'ports'>,
  side: Side,
  { author, clearer, toSign }: { readonly author: Author; readonly clearer: Signer; readonly toSign: ToSign },
): Promise<SignedEntry> {
  const { sha256 } = ports.crypto;
  const { channel } = toSign;
  const unsigned = await side.ask((client) => prepareDocument(client, { publicKey: author.signer.publicKey, heads: author.heads }, ports, toSign));
  const asked = { text: unsigned.text, body: toBase64(unsigned.body) };
  await side.ask((client) => client.post(channelPath(channel, '/clearances'), asked));
  const statement = fromUtf8(await signStatement(sha256, clearanceText(channel, unsigned.id), clearer)) ?? '';
  const { cleared } = await side.ask((client) =>
    client.post<ClearanceDetail>(channelPath(channel, `/clearances/${encodeURIComponent(unsigned.id)}/clear`), { statement }),
  );
  if (cleared === undefined) throw new ParleyError('clearance_needed');
  return signEntry(sha256, unsigned, author.signer, 'rep');
}

import { isObject, type Json } from '../base/json.ts';
import type { Sha256 } from '../base/ports.ts';
import type { AttachmentValue } from '../document/kind.ts';
import { chunkCount, isWholeAttachment } from '../entry/attachment.ts';
import type { RecordFile } from './record-file.ts';
import type { VerifiedEntry } from './verified-entry.ts';
import type { Sentence } from './verify-record.ts';

/**
 * What the chunks in a record come to: each file that is there whole is hashed and compared with the root its document signed; of a file that is there
 * in part nothing can be said; chunks of no document in the record do not belong in it.
 */
export function fileSentences(sha256: Sha256, record: RecordFile, entries: readonly VerifiedEntry[]): readonly Sentence[] {
  const named = new Map<string, AttachmentValue[]>();
  for (const value of entries.flatMap(attachmentsOf)) named.set(value.root, [...(named.get(value.root) ?? []), value]);
  const sentences: Sentence[] = [];
  let stray = 0;
  for (const [root, chunks] of record.chunks) {
    const fits = (named.get(root) ?? []).filter(({ size }) => [...chunks.keys()].every((index) => index < chunkCount(size)));
    const [first] = fits;
    if (first === undefined) {
      stray += chunks.size;
      continue;
    }
    const whole = fits.filter(({ size }) => chunks.size === chunkCount(size));
    const bytes = Array.from({ length: chunks.size }, (_, index) => chunks.get(index) ?? new Uint8Array());
    const values = { name: (whole[0] ?? first).name, held: chunks.size, count: chunkCount(first.size) };
    if (whole.length === 0) sentences.push({ ok: null, phrase: { id: 'verify.file_part', values } });
    else if (whole.some((value) => isWholeAttachment(sha256, value, bytes))) sentences.push({ ok: true, phrase: { id: 'verify.file', values } });
    else sentences.push({ ok: false, phrase: { id: 'verify.file_altered', values } });
  }
  if (stray > 0) sentences.push({ ok: false, phrase: { id: 'verify.stray_chunks', values: { count: stray } } });
  return sentences;
}

/** The files a document names; its fields were parsed, so what stands there has the form of an attachment. */
function attachmentsOf(entry: VerifiedEntry): readonly AttachmentValue[] {
  const list: Json | undefined = entry.document?.fields.attachments;
  return Array.isArray(list) ? (list.filter((item: Json) => isObject(item)) as unknown as readonly AttachmentValue[]) : [];
}

import type { FileVerdict } from '../../verify/verify-file.ts';
import { api, type ProofAsked } from '../api.ts';
import { saveFile } from '../save-file.ts';
import { verifyGiven } from './verify-file.ts';

/** A proof before it is written: its very bytes, and what the verifying code that every reader has says of them. */
export type ProofPreview = { readonly bytes: Uint8Array; readonly view: FileVerdict };

/** Has a proof made and verifies it here, as its reader will; nothing is written yet. */
export async function previewProof(channel: string, asked: ProofAsked): Promise<ProofPreview | undefined> {
  const bytes = await api.proof(channel, asked);
  const view = await verifyGiven(bytes);
  return view === undefined ? undefined : { bytes, view };
}

/** Saves the bytes that were previewed, and no others. */
export function saveProof(title: string, { bytes }: ProofPreview): void {
  saveFile(`${title}.proof`, bytes, 'text/plain');
}

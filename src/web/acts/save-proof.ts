import { api } from '../api.ts';
import { saveFile } from '../save-file.ts';

/** Saves the proof of one document: a file that anyone can check offline. Fields named in `withhold` go along as hashes alone. */
export async function saveProof(channel: string, id: string, withhold: readonly string[]): Promise<void> {
  saveFile(`${id.slice(0, 12)}.tlog-proof`, await api.proof(channel, id, withhold), 'text/plain');
}

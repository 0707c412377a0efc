import { api } from '../api.ts';
import { saveFile } from '../save-file.ts';

/** Saves the proof that two histories of one log exist: a file that anyone can check offline. */
export async function saveForkProof(channel: string, name: string): Promise<void> {
  saveFile(name, await api.forkProof(channel));
}

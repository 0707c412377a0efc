import { fromUtf8 } from '../base/bytes.ts';
import type { Crypto } from '../base/ports.ts';
import { faultSentences, forkSentences } from './conviction-sentences.ts';
import { isCosignerFault, verifyCosignerFault } from './cosigner-fault.ts';
import { isForkProof, verifyForkProof } from './fork-proof.ts';
import { isRecord, parseRecord } from './record-file.ts';
import type { VerifiedEntry } from './verified-entry.ts';
import { type ProofView, verifyProof } from './verify-proof.ts';
import { type Progress, type Sentence, verifyRecord } from './verify-record.ts';

/** What a file proves, in sentences; the same from command line and page. */
export type FileVerdict = {
  readonly verdict: 'verified' | 'not-verified' | 'fork';
  readonly format: 'record' | 'proof' | 'fork-proof' | 'cosigner-fault' | 'unknown';
  readonly sentences: readonly Sentence[];
  readonly entries?: readonly VerifiedEntry[];
  /** What a proof that verified shows, document by document. */
  readonly proved?: ProofView;
};

/**
 * Verifies a record export or a proof with nothing but its bytes: no account, no network, none of our servers.
 * Total: a damaged or hostile file gives sentences, never an error.
 */
export async function verifyFile(crypto: Crypto, bytes: Uint8Array, onProgress?: Progress): Promise<FileVerdict> {
  if (isRecord(bytes)) {
    const parsed = await parseRecord(crypto, bytes);
    if ('expected' in parsed) return wrong('record', parsed.expected);
    const { sentences, entries, forked } = await verifyRecord(crypto, parsed.record, onProgress);
    const verdict = verdictOf(sentences);
    return { verdict: verdict === 'verified' && forked ? 'fork' : verdict, format: 'record', sentences, entries };
  }
  if ((fromUtf8(bytes.subarray(0, 22)) ?? '') === 'c2sp.org/tlog-proof@v1') {
    const { sentences, view } = await verifyProof(crypto, bytes);
    return { verdict: verdictOf(sentences), format: 'proof', sentences, ...(view === undefined ? {} : { proved: view }) };
  }
  if (isForkProof(bytes)) {
    const verified = await verifyForkProof(crypto, bytes);
    return 'expected' in verified
      ? wrong('fork-proof', verified.expected)
      : { verdict: 'fork', format: 'fork-proof', sentences: forkSentences(verified.fork) };
  }
  if (isCosignerFault(bytes)) {
    const verified = await verifyCosignerFault(crypto, bytes);
    return 'expected' in verified
      ? wrong('cosigner-fault', verified.expected)
      : { verdict: 'fork', format: 'cosigner-fault', sentences: faultSentences(verified.fault) };
  }
  return wrong('unknown', 'a record export, a proof, or the proof of a fork');
}

function verdictOf(sentences: readonly Sentence[]): 'verified' | 'not-verified' {
  return sentences.some((sentence) => sentence.ok === false) ? 'not-verified' : 'verified';
}

function wrong(format: FileVerdict['format'], expected: string): FileVerdict {
  return {
    verdict: 'not-verified',
    format,
    sentences: [
      { ok: false, phrase: { id: 'verify.file_wrong', values: { expected } } },
      { ok: null, phrase: { id: 'verify.not_proved_true' } },
    ],
  };
}

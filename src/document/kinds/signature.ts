import { MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import { titled } from '../summary.ts';

/** What a signature does, in the order of practice (VCLT arts. 10 to 16). */
export const STEPS = ['initialled', 'adopted', 'signed-ad-referendum', 'signed', 'confirmed', 'ratified', 'deposited'] as const;
/** Kinds that are signed. */
const SIGNED = ['text', 'amendment', 'instrument', 'consultation', 'record', 'statement', 'undertaking', 'advisory', 'corrigendum'] as const;

/**
 * Signs one exact document, the one it answers: its bytes, as they stand. Whoever signs under full powers names them in `concerns`. A signature is never
 * taken back: a withdrawal of it is shown and changes nothing.
 */
export const signature = signedByRepresentative({
  id: 'signature',
  joins: SIGNED,
  opens: false,
  fields: [
    { name: 'step', shape: 'choice', of: STEPS, frame: true, required: true },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
  ],
  summary: (fields) => titled('signature', fields, '', ['step']),
});

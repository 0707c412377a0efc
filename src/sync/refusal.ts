import { ParleyError, type RefusalCode } from '../base/errors.ts';
import { sayIn } from '../base/phrases.ts';
import type { VerifiedEntry } from '../verify/verified-entry.ts';

const CODES: Readonly<Record<string, RefusalCode>> = {
  'void.not_accredited': 'not_accredited',
  'void.recalled': 'recalled',
  'void.ended': 'not_accredited',
  'void.kind_out_of_scope': 'out_of_scope',
  'void.marking_out_of_scope': 'out_of_scope',
  'void.signature': 'signature_invalid',
  'void.passkey_line': 'signature_invalid',
  'void.passkey_challenge': 'signature_invalid',
  'void.passkey_site': 'signature_invalid',
  'void.passkey_user': 'signature_invalid',
  'void.may_not_recall': 'out_of_scope',
};

/** The refusal at our own door of what every reader would hold and not accept. */
export function refusalOf(entry: VerifiedEntry): ParleyError {
  const [reason] = entry.findings;
  if (reason === undefined) return new ParleyError('invalid', 'an entry of a known kind');
  return new ParleyError(CODES[reason.id] ?? 'invalid', sayIn('en')(reason), { reason: reason.id });
}

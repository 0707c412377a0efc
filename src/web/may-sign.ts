import type { Phrase } from '../base/phrases.ts';
import { markingRank } from '../document/envelope.ts';
import { passkeyIn } from '../entry/signing-key.ts';
import type { ChannelView } from '../projection/views.ts';
import type { DeviceKey } from './keys.ts';
import { signsHere } from './passkey-key.ts';

/** Why this device cannot sign a document of that kind and marking in a channel now, said before somebody writes it; `undefined` when it can. */
export function whyNotSign(channel: ChannelView, key: DeviceKey | null, kind: string, marking: string | undefined): Phrase | undefined {
  if (!channel.open) return { id: 'sign.not_open' };
  if (key === null) return { id: 'sign.no_key' };
  const passkey = passkeyIn(key.publicKey);
  if (passkey !== undefined && !signsHere(key)) return { id: 'sign.other_site', values: { site: passkey.siteOrigin } };
  const person = channel.people.find((one) => one.actor === key.actor && one.party === channel.us);
  if (person === undefined) return { id: 'sign.not_accredited' };
  if (person.state === 'recalled_for_consultations') return { id: 'sign.recalled', values: { name: person.name } };
  if (person.state === 'ended') return { id: 'sign.ended', values: { name: person.name } };
  const { kinds, marking: highest } = person.scope;
  if (kinds.length > 0 && !kinds.includes('*') && !kinds.includes(kind)) return { id: 'sign.kind_out_of_scope', values: { name: person.name } };
  if (marking !== undefined && markingRank(highest) >= 0 && markingRank(marking) > markingRank(highest)) {
    return { id: 'sign.marking_out_of_scope', values: { name: person.name } };
  }
  return undefined;
}

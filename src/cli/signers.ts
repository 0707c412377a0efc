import { ParleyError } from '../base/errors.ts';
import { markingRank } from '../document/envelope.ts';
import type { ChannelView, PersonView } from '../projection/views.ts';

/**
 * The person of our party whose key this is, where they may sign a kind under a marking now; said before anybody types a passphrase.
 * Refuses `not_open`, `not_accredited`, `recalled` or `out_of_scope`; the node and the other side judge for themselves.
 */
export function mustSign(channel: ChannelView, actor: string, kind: string, marking: string): PersonView {
  if (!channel.open) throw new ParleyError('not_open');
  const person = channel.people.find((one) => one.party === channel.us && one.actor === actor);
  if (person === undefined || person.state === 'ended')
    throw new ParleyError('not_accredited', person === undefined ? `key ${actor.slice(0, 8)}` : `${person.name}'s mission has ended`);
  if (person.state === 'recalled_for_consultations') throw new ParleyError('recalled', person.name);
  const { kinds, marking: highest, mayRecall } = person.scope;
  if (kind === 'recall' || kind === 'return_to_post') {
    if (!mayRecall) throw new ParleyError('out_of_scope', `${person.name} may not recall others`);
  } else if (!kinds.includes('*') && !kinds.includes(kind)) throw new ParleyError('out_of_scope', `${person.name} signs ${kinds.join(', ')}`);
  if (markingRank(marking) > markingRank(highest)) throw new ParleyError('out_of_scope', `${person.name} signs up to TLP:${highest.toUpperCase()}`);
  return person;
}

/** A person of our party by name, by actor or its first letters; refuses `not_found`, and `usage` where several fit. */
export function findPerson(channel: ChannelView, name: string): PersonView {
  const ours = channel.people.filter(({ party }) => party === channel.us);
  const fits = ours.filter((person) => person.name === name || person.actor === name || (name.length >= 6 && person.actor.startsWith(name)));
  const [one, ...more] = fits.length > 0 ? fits : ours.filter((person) => person.name.toLowerCase() === name.toLowerCase());
  if (one === undefined)
    throw new ParleyError(
      'not_found',
      `nobody of this side is called ${name}; there is ${ours.map((person) => person.name).join(', ') || 'nobody yet'}`,
    );
  if (more.length > 0) throw new ParleyError('usage', `several fit; name the key: ${fits.map((person) => person.actor.slice(0, 8)).join(', ')}`);
  return one;
}

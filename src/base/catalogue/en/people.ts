/** English ICU messages of keys and people: key events, what is acknowledged here, what stands beside a person. */
export const people: Readonly<Record<string, string>> = {
  'void.key_event_number': 'its key event has number {event}, {expected} was next',
  'void.key_event_keys': 'it is not signed by the keys that its party had committed to',
  'void.key_event_next': 'it commits to a key that was shown already, which is no recovery any more',
  'void.identity_fork': 'it is a second key event of number {event}: this party’s identity has two histories',
  'act.rotate': 'Replace the identity keys',
  'act.rotate.done': 'The party replaced its identity keys (key event {event}).',
  'acknowledge.accredit': '{party} accredited {name}, {post}',
  'acknowledge.return': '{party} returned {name}, {post}, to their post',
  'acknowledge.rotate': '{party} replaced its identity keys (key event {event})',
  'people.pending': 'Not acknowledged here yet: what they sign is shown and not used',
  'people.agrement': '{answer, select, granted {{party} granted agrément} other {{party} refused agrément}} ({at})',
  'people.compromise': '{party} says this key was in other hands since {since}',
  'people.behind': 'In {channel} this party has come to key event {event}; it has not come here',
  'people.fork': 'Two different key events number {event} were signed by this party’s own keys: its identity has two histories ({channels})',
};

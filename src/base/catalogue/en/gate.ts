/** English ICU messages of the start gate: why a node signs nothing, and what to do. */
export const gate: Readonly<Record<string, string>> = {
  'alarm.recovering': 'Nothing is signed now: what this node had said is being fetched from the others',
  'alarm.recovering_idle': 'Nothing is signed now, and no node runs here: once one does, it fetches from the others what was said after this copy',
  'alarm.ended': 'Nothing is signed any more under this history: it goes on in a new generation',
  'gate.open': 'What this means',
  'gate.today': 'Nothing is signed now in {channel}',
  'gate.recovering.title': 'This node is being restored',
  'gate.recovering.what':
    'It was started from an older copy of its record. What it had said since is fetched from the others, checked, and put back; nothing is signed again.',
  'gate.recovering.next':
    'Nothing to do. It goes on by itself when everything is back. If the other side does not answer for long, your administrator can go on without it.',
  'gate.ended.title': 'This history is closed',
  'gate.ended.what':
    'This node cannot show that what it holds is the last it said, so it says nothing more under it. Two histories must never exist.',
  'gate.ended.next': 'Your administrator opens a new generation, signed by the identity of your party; everything that the others hold stays.',
  'gate.safe': 'Everything here can be read, and what the others send is received and acknowledged as always.',
};

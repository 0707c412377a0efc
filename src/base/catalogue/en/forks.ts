/** Words for two histories of one log, and for cosigners who vouched for both. */
export const forks: Readonly<Record<string, string>> = {
  'alarm.fork': '{name} signed two histories that cannot both be true.',
  'alarm.fork_own': 'Our own log has two histories: somebody holds a head under our keys that we do not continue.',
  'alarm.branch': 'History {number}, {size, plural, one {# entry} other {# entries}}',
  'alarm.stands': 'What stands whatever is forked',
  'alarm.stands_size': '{size, plural, =0 {Nothing yet} one {The first entry} other {The first # entries}}: everybody else signed for it.',
  'alarm.head.whole': 'It stands.',
  'alarm.head.part': '{size, plural, =0 {Nothing of it stands yet.} one {Its first entry stands.} other {Its first # entries stand.}}',
  'alarm.head.not': 'It does not stand, beyond what both share.',
  'alarm.head.unknown': 'It names more than is held here: whether it continues what stands is not known here.',
  'alarm.goes_on': 'The record of {name} goes on in a new generation.',
  'alarm.goes_on_own': 'Our record goes on in a new generation.',
  'alarm.goes_on_since': 'Held since',
  'alarm.next_acknowledge': 'Once somebody here has looked at it and acknowledged it, nothing is left to do:',
  'alarm.next_late':
    'Keep the proof. Tell your administrator and, by telephone, the other side: the new generation was acknowledged here before this was known.',
  'alarm.settled_line': 'Two histories of an earlier generation of {name} exist. The record goes on in a new one{since}. Nothing to do.',
  'alarm.settled_title': 'Two histories exist; the record goes on',
  'alarm.settled_next': 'Nothing. Everything that was receipted stands, and the new generation continues it. The proof can be saved at any time.',
  'alarm.settled': 'Two histories of an earlier generation exist; nothing to do.',
  'today.alarm_open': 'What happened, and what to do',
  'today.settled': '{channel}: two histories of an earlier generation exist; the record goes on',
  'alarm.withheld':
    '{name} signed a head of {size, plural, one {# entry} other {# entries}} and does not show that it continues the {held} we hold. That proves nothing yet.',
  'verify.fork': 'Two histories exist: {name} signed two heads of one log that cannot both be true.',
  'verify.fork_unnamed': 'Whose log {origin} is this file does not say; its name follows from its keys.',
  'verify.fork_same': 'Both heads have {older, plural, one {# entry} other {# entries}} and different roots, each under both keys of the log.',
  'verify.fork_path':
    'The history of {newer, plural, one {# entry} other {# entries}} does not continue that of {older}: a path leads to the one and away from the other.',
  'verify.fork_which': 'NOT proved: which of the two is the true one, or who held the keys.',
  'verify.fault_back':
    '{role, select, witness {{hostName}} other {{name}}} first signed for {first, plural, one {# entry} other {# entries}} of {party} and later for {second}: it went back.',
  'verify.fault_fork':
    '{role, select, witness {{hostName}} other {{name}}} signed for two histories of {party} that cannot both be true ({first} and {second, plural, one {# entry} other {# entries}}).',
  'verify.fault_log': 'NOT proved: that the log itself is to blame; this is about the cosigner alone.',
};

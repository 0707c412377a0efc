/** Words for two histories of one log, and for cosigners who vouched for both. */
export const forks: Readonly<Record<string, string>> = {
  'alarm.fork': '{name} signed two histories that cannot both be true.',
  'alarm.fork_own': 'Our own log has two histories: somebody holds a head under our keys that we do not continue.',
  'alarm.branch': 'History {number}, {size, plural, one {# entry} other {# entries}}',
  'alarm.stands': 'What stands whatever is forked',
  'alarm.stands_size': '{size, plural, =0 {Nothing yet} one {The first entry} other {The first # entries}}: everybody else signed for it.',
  'alarm.withheld': '{name} signed a head of {size} entries and does not show that it continues the {held} we hold. That proves nothing yet.',
  'verify.fork': 'Two histories exist: {name} signed two heads of one log that cannot both be true.',
  'verify.fork_unnamed': 'Whose log {origin} is this file does not say; its name follows from its keys.',
  'verify.fork_same': 'Both heads have {older} entries and different roots, each under both keys of the log.',
  'verify.fork_path': 'The history of {newer} entries does not continue that of {older}: a path leads to the one and away from the other.',
  'verify.fork_which': 'NOT proved: which of the two is the true one, or who held the keys.',
  'verify.fault_back':
    '{role, select, witness {Host {name}} other {{name}}} first signed for {first} entries of {party} and later for {second}: it went back.',
  'verify.fault_fork':
    '{role, select, witness {Host {name}} other {{name}}} signed for two histories of {party} that cannot both be true ({first} and {second} entries).',
  'verify.fault_log': 'NOT proved: that the log itself is to blame; this is about the cosigner alone.',
};

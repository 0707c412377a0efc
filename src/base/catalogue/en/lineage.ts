/** Words of generations, standing and forks. */
export const lineage: Readonly<Record<string, string>> = {
  'void.not_the_generation': 'the first entry is not the note that opened this log',
  'verify.generation': 'A later log of {party} continues the one before at entry {size}; the party’s identity keys in force there signed for it.',
  'verify.generation_void':
    'The file holds a log that claims to continue {party}’s at entry {size}; nothing in it counts, since the identity in force there did not sign for it.',
  'verify.generation_waiting':
    'The file holds a log that claims to continue {party}’s at entry {size}; nothing in it counts, since what it builds on is not in the file.',
  'verify.alarm_wrong': 'The file claims that two histories of a log exist and does not prove it.',
  'verify.entries_uncounted':
    '{count, plural, one {# entry} other {# entries}} of {party}’s log {count, plural, one {is} other {are}} shown and not counted: a later log continues it before, or two histories of it exist.',
};

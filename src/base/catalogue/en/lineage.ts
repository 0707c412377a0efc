import { WHICH_LOG } from './record.ts';

/** Words of generations, standing and forks. */
export const lineage: Readonly<Record<string, string>> = {
  'kind.generation': 'Later log',
  'lineage.opened': 'A later log begins; it continues the one before at entry {size}.',
  'lineage.opened_by': 'A later log of {party} begins here. It continues the one before at entry {size}.',
  'lineage.beyond':
    '{count, plural, one {# entry lies} other {# entries lie}} beyond: shown, not counted. Whoever said {count, plural, one {it} other {them}} may sign again.',
  'lineage.not_counted': 'shown, not counted: a later log continues before it, or two histories of this log exist',
  'lineage.stands': 'stands',
  'alarm.held': 'The history we hold',
  'alarm.other': 'The other history',
  'alarm.parts_nothing': 'Nothing of it is here but its signed head.',
  'alarm.parts_none': 'Nothing beyond what both share.',
  'alarm.own_safe': 'What the others receipted stands, also where this copy does not hold it yet.',
  'alarm.own_next': 'Open our next log with "parley generation open": our identity key alone decides, and nobody else is asked.',
  'void.not_the_generation': 'the first entry is not the note that opened this log',
  'verify.generation': 'A later log of {party} continues the one before at entry {size}; the party’s identity keys in force there signed for it.',
  'verify.generation_void':
    'The file holds a log that claims to continue {party}’s at entry {size}; nothing in it counts, since the identity in force there did not sign for it.',
  'verify.generation_waiting':
    'The file holds a log that claims to continue {party}’s at entry {size}; nothing in it counts, since what it builds on is not in the file.',
  'verify.alarm_wrong': 'The file claims that two histories of a log exist and does not prove it.',
  'verify.entries_uncounted': `{count, plural, one {# entry} other {# entries}} of {party}’s ${WHICH_LOG} {count, plural, one {is} other {are}} shown and not counted: a later log continues it before, or two histories of it exist.`,
};

/** English words for what no single field shows, family by family, and for the help that custom asks for. */
export const rules: Readonly<Record<string, string>> = {
  // Times.
  'fault.ahead': 'Give a date and time that have been.',

  // Correspondence: custom is said as help, and stops nobody.
  'field.letter.text': 'Text of the letter',
  'field.letter.text.help': 'In the first person: “I have the honour to …”. A letter is signed in name and office, and answered by a letter.',
  'field.aide_memoire.text': 'Text',
  'field.aide_memoire.text.help':
    'In the third person, without address and courtesies: what was said, by whom, as your side understood it. It is handed over after the conversation.',

  // Claims and incidents.
  'field.claim.counters': 'Counters',
  'field.claim.counters.help': 'The claim that this one counters. Both stand.',
  'fault.final_without_cause': 'A final report says the root cause, or that it is not known.',

  // Meetings, and whatever answers something.
  'fault.sitting':
    'By your side’s account the session is {state, select, convened {not open} sitting {sitting} suspended {suspended} adjourned {adjourned} other {closed}} when it is to be {event, select, opened {opened} suspended {suspended} resumed {resumed} adjourned {adjourned} other {closed}}. Say first what happened before, or give another time.',
  'fault.answers_nothing': 'What it answers is not here. Choose a document that is, or wait until it has come.',

  // Records and texts.
  'fault.record_empty': 'A record says what was said or decided, or has it attached.',
  'fault.final_record': 'A final record is no longer open to corrections.',
  'fault.article_twice': 'There are two articles {title}.',
  'fault.language_twice': 'There are two versions in {title}.',
  'fault.in_force_otherwise': 'A date belongs to the rule “On a date”.',

  // Public words, treaties and vulnerabilities.
  'fault.release_in_embargo': 'It cannot be released before its embargo ends.',
  'fault.same_language': 'It cannot be translated from the language it is in.',
  'fault.window_without_start': 'Say when the window begins.',
  'fault.disclosed_before_contact': 'It cannot be disclosed before the first contact.',
};

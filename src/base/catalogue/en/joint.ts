/** A step of a signature as its signer took it; a part of messages. */
const STEP =
  '{step, select, initialled {initialled it} adopted {adopted it} signed_ad_referendum {signed it ad referendum} signed {signed it} confirmed {confirmed its signature} ratified {ratified it} deposited {deposited its instrument} other {signed it}}';

/** English words for what is joint: each sentence says what the parties did, and an instant may stand after it. */
export const joint: Readonly<Record<string, string>> = {
  'joint.title': 'Where it stands',
  'joint.no_account': 'no account given',
  'joint.segment.sitting': '{count, plural, one {# minute} other {# minutes}} sitting',
  'joint.segment.suspended': '{count, plural, one {# minute} other {# minutes}} suspended',
  'joint.segment_open.sitting': 'In session since',
  'joint.segment_open.suspended': 'Suspended since',
  'joint.article': 'Article {article}, version {number}',
  'joint.operation': '{operation, select, insert {Insert} delete {Delete} bracket {Put in brackets} unbracket {Lift the brackets} other {Replace}}',
  'joint.agreed': 'Agreed by all',
  'joint.taken_back': 'taken back',
  'joint.posts': 'Who was where, and when',
  'joint.stretch': '{state, select, in_function {In function} recalled {Recalled for consultations} other {Accredited, credentials not presented}}',
  'joint.since': 'since {from}',
  'joint.span': '{from} – {to}',
  'joint.agrement_of': '{name}: agrément {value, select, granted {granted} other {refused}}',
  'joint.non_grata_of': '{name} declared them non grata',
  'joint.charge': 'Chargé d’affaires a.i.',
  'joint.gone': 'The words of it were erased.',
  'joint.signed': `{name} ${STEP}:`,
  'joint.who_signed': 'Who has signed',
  'joint.party': 'Side',
  'joint.step':
    '{step, select, initialled {Initialled} adopted {Adopted} signed_ad_referendum {Signed ad referendum} confirmed {Confirmed} ratified {Ratified} deposited {Deposited} other {Signed}}',
  'joint.not_yet': 'not yet',
  'joint.by_sending': 'by sending it',
  'joint.authentic_text': 'authentic',
  'joint.other_text': 'not authentic',
  'joint.original': 'Original',
  'joint.signed_back': '{name} took that back, which changes nothing:',
  'joint.account':
    '{name}: {state, select, sitting {in session} suspended {suspended} adjourned {adjourned} closed {closed} other {convened}}, {sitting} min sitting, {suspended} min suspended, {whole} min in all',
  'joint.ended_early': 'Ended {count, plural, one {# minute} other {# minutes}} before the planned time',
  'joint.ended_late': 'Ended {count, plural, one {# minute} other {# minutes}} after the planned time',
  'joint.accounts':
    '{state, select, equal {The accounts of all sides are the same} differ {The accounts of the sides differ} partial {Not every side has given its account} other {No side has given an account}}',
  'joint.undertaking':
    '{state, select, proposed {Proposed: not every side that it would bind has signed it} conditional {Conditional: the condition is not met for every side} operative {Operative} performed {Performed} disputed {Disputed} discharged {Discharged: all of it was performed and accepted} other {Withdrawn}}',
  'joint.condition':
    '{name} {value, select, met {declares the condition met:} not_met {declares the condition not met:} other {has declared nothing of the condition}}',
  'joint.non_party': '{party} is no party of this channel and cannot be bound here',
  'joint.owes_to': '{name} owes it to {others}',
  'joint.performance':
    '{state, select, performed {{name} says it has performed:} accepted {{name} performed, accepted:} disputed {{name} says it has performed, disputed:} owed {{status, select, late_so_far {{name} has not performed so far, and is late} other {{name} has not performed yet}}} other {{name} is not bound yet}}',
  'joint.due': '{name} is due by',
  'joint.acceptance': '{name} {value, select, accepted {accepts it:} other {disputes it:}}',
  'joint.consultation':
    '{state, select, joint {Joint: every side has signed} withdrawn {Withdrawn before the other side signed} other {Proposed: not every side has signed}}',
  'joint.topic': 'Topic: {topic}',
  'joint.next': 'Next round:',
  'joint.unread': 'This affair holds more than was looked at for this: what each side opened last, or what still awaits something, was.',
  'joint.held': '{count, plural, one {# matter is} other {# matters are}} held under it',
  'joint.statement':
    '{state, select, joint {Joint: every side has signed it} other {{type, select, unilateral {The word of one side} other {Not joint yet: not every side has signed it}}}}',
  'joint.reported':
    '{state, select, signed {Reported as agreed, and signed by every side} confirmed {Reported as agreed in its author’s words; what the statement names is signed by every side} partly {Reported as agreed in its author’s words; of what the statement names the consultations alone are signed by every side} other {Reported as agreed, unconfirmed}}: {text}',
  'joint.record':
    '{state, select, agreed {Agreed: every side signed the same bytes} final {Final, not signed by every side} corrections_asked {Provisional, corrections are asked for} withdrawn {Withdrawn} other {Provisional}}',
  'joint.correction': '{name} asked for a correction{state, select, answered {, answered by its author} other {}}:',
  'joint.corrigendum': 'Corrigendum:',
  'joint.version':
    'Version {number} by {name}, {state, select, agreed_ad_referendum {agreed ad referendum} accepted_with_brackets {accepted by all, with brackets: not agreed} initialled {initialled} adopted {adopted} withdrawn {withdrawn} other {tabled}}:',
  'joint.brackets': '{count, plural, =0 {No brackets left} one {# bracket left} other {# brackets left}}',
  'joint.brackets_of': '{whose}: {count, plural, one {# bracket} other {# brackets}}',
  'joint.brackets_nobody': 'Nobody’s: {count, plural, one {# bracket} other {# brackets}}',
  'joint.alternatives':
    'Article {article}: {count, plural, one {# amendment} other {# amendments, side by side}}{agreed, plural, =0 {, none agreed} one {, # agreed} other {, # agreed}}',
  'joint.attached': '{name} attached {what, select, reservation {a reservation} other {an interpretative statement}}:',
  'joint.attached_back': '{name} took back {what, select, reservation {its reservation} other {its interpretative statement}}:',
  'joint.instrument':
    '{state, select, authenticated {Authenticated} signed {Signed by every side} ratified {Ratified by every side} deposited {Deposited by every side} withdrawn {Withdrawn} other {Drawn up}}',
  'joint.rule':
    '{rule, select, on_signature {Enters into force with the last signature} on_last_ratification {Enters into force with the last ratification} on_last_deposit {Enters into force with the last deposit} other {Enters into force on the day it names}}',
  'joint.not_in_force': 'Not in force',
  'joint.in_force':
    '{status, select, in_force {In force since} suspended {Suspended now; in force since} terminated {Was in force from} other {Enters into force on}}',
  'joint.terminated': '{name} terminated it, with effect from',
  'joint.terminated_unheld': '{name} terminated it, with effect from when it was held, which nothing says yet; it names',
  'joint.named_before': 'It takes effect when it was held, and names',
  'joint.suspended': '{name} suspended it, with effect from',
  'joint.suspended_unheld': '{name} suspended it, with effect from when it was held, which nothing says yet; it names',
  'joint.resumed': '{name} resumed it, with effect from',
  'joint.resumed_unheld': '{name} resumed it, with effect from when it was held, which nothing says yet; it names',
  'joint.released': '{state, select, released {Public since} other {Not public before}}',
  'joint.exchange':
    '{state, select, revealed {Every side has revealed} committed {Every side is committed} other {Not every side is committed, and nothing counts yet}}; the exchange {moment, select, ahead {is} other {was}} set for',
  'joint.exchange_side':
    '{name}: {result, select, as_committed {revealed what it had committed to} differs {revealed something else than it had committed to} gone {revealed, and its words were erased} unopened {revealed; read it in its own matter} not_committed {not committed} not_yet {committed, nothing revealed yet} other {nothing revealed that counts}}',
  'joint.exchange_committed': '{name} committed',
  'joint.silence':
    '{state, select, refused {Of no effect: this channel has no hosts} complete {Complete: taken as agreed} broken {Broken} withdrawn {Withdrawn} over {Its time is over: what the hosts saw is not known yet} other {Under silence}}',
  'joint.silence_until': 'Under silence until',
  'joint.silence_listed':
    '{state, select, refused {Silence of no effect: this channel has no hosts} complete {Silence complete: taken as agreed} broken {Silence broken} withdrawn {Silence withdrawn} over {Silence over: what the hosts saw is not known yet} other {Under silence}}',
  'joint.silence_amended':
    'An amendment to this version stands, so a silence over it would be broken at once. Table a version that takes it in, or have it taken back.',
  'joint.expires': 'Expires',
  'joint.silence_side':
    '{name}: {state, select, consents {no objection, as hosts saw} objects {objected} amends {proposed an amendment to it} unopened {not all of its log could be opened at the expiry, which counts as an objection} unasked {nothing shows that it held the silence before that ended, so it was not asked} silent {no objection so far} other {not known yet}}',
  'silence.ended': 'ended',
  'silence.would_end': 'would have ended',
  'silence.text.open':
    'The clocks of the hosts decide, and neither side’s. Whoever does not agree objects, or proposes an amendment, so that the hosts have seen it by then: either breaks it. Otherwise the text is taken as agreed, and nobody has to sign.',
  'silence.text.over':
    '{who, select, ours {Our node} other {The node of {name}}} asks the hosts what they had seen by then, and writes it into the record by itself. Until that stands there, the text is neither agreed nor refused.',
  'silence.text.unasked':
    'Nothing shows that {names} held it before it ended, so it cannot end in agreement. It can be withdrawn, and the text be put under silence anew.',
  'silence.text.complete':
    'The hosts saw no objection and no amendment by then. The text is taken as agreed; {late, select, came {an objection came too late} other {an objection now comes too late}}.',
  'silence.text.broken': 'The text is not agreed by silence. What was said against it stands below; another version can be put under silence.',
  'silence.text.withdrawn': 'Whoever proposed it took it back: silence means nothing here any more.',
  'silence.text.refused': 'Silence is measured by hosts. Without them nothing is agreed by saying nothing; the text can be signed.',
  'joint.objection':
    '{late, select, late {{what, select, amendment {Amendment} other {Objection}} that came too late} other {{what, select, amendment {Broken by an amendment} other {Objection}}}}{state, select, not_safe {, not yet safe: too few hosts have seen it; written} other {, seen by the hosts}}:',
  'silence.late': 'Came too late: the hosts had seen the silence expire',
  'silence.late_title': 'This objection came too late',
  'silence.late_text': 'The hosts had seen the silence expire before it reached them, so it breaks nothing. It stays on the record.',
  'silence.late_open': 'Open the silence',
  'joint.case':
    '{name}: {state, select, received {received} invalid {says it is not valid} valid {says it is valid} accepted {accepted} deferred {deferred} closed {closed} other {has said nothing}}',
  'joint.whole_case':
    '{state, select, published {The case is published} closed {The case is closed} open {The case is open} other {The case is pending: nobody it was reported to has said anything}}',
  'joint.embargo':
    '{state, select, none {No embargo} proposed {Embargo proposed} active {Embargo in force} revise {Embargo in force, another date is proposed} other {Embargo ended}}',
  'joint.embargo_until': '{state, select, holds {Nothing is published until} other {Was in force until}}',
  'joint.embargo_pending': 'Proposed, accepted by {names}:',
  'joint.embargo_exited': '{name} ended the embargo:',
  'joint.embargo_exited_unheld': '{name} ended the embargo, from when that was held, which nothing says yet; it was written',
  'joint.vendor': '{name}: {status, select, affected {affected} not_affected {not affected} fixed {fixed} other {under investigation}}',
  'joint.translation': '{state, select, authentic {Authentic: every side accepts it so} other {Not authentic: the original governs}}',
  'joint.figures':
    '{count, plural, =0 {Every figure, date and name of the original has its counterpart} one {One figure, date or name has no counterpart} other {# figures, dates or names have no counterpart}}',
  'joint.figures_beyond': '{count, plural, one {And one more} other {And # more}}',
  'joint.figure_missing': '{what, select, date {Date} name {Name} other {Figure}} not in the translation: {text}',
  'joint.figure_added': '{what, select, date {Date} other {Figure}} not in the original: {text}',
  'joint.figure_destroyed': 'A figure was destroyed here: {text}',
  'joint.finding.step_before':
    'Not in order, so it does not count: {step, select, deposited {deposited before it was ratified} confirmed {confirmed before it was signed ad referendum} other {ratified before it was signed}}',
  'joint.finding.step_again': 'The same side had taken this step already: the first one counts',
  'joint.finding.powers_later': 'The full powers that this signature names were given after it: it does not count',
  'joint.finding.powers_missing': 'Full powers are required here, and this signature names none: it does not count',
  'joint.finding.powers_not_own': 'The full powers that this signature names are another side’s: it does not count',
  'joint.finding.powers_revoked': 'The full powers that this signature names had been revoked: it does not count',
  'joint.finding.powers_short': 'The full powers that this signature names do not reach so far: it does not count',
  'joint.finding.sitting':
    'Does not fit: the session is {event, select, opened {opened} suspended {suspended} resumed {resumed} adjourned {adjourned} other {closed}} while it is {state, select, convened {not open} sitting {sitting} suspended {suspended} adjourned {adjourned} other {closed}}',
  'joint.finding.sitting_form': 'What happened, or when, cannot be read',
  'joint.finding.obligor_unknown': 'It names a side that no other party of this channel is called, or more than one: {name}',
  'joint.finding.performed_early': 'Performed before anybody was bound to it',
  'joint.finding.performed_again': 'Performed once more after it was accepted: what was accepted stands',
  'joint.finding.accepted_own': 'A side cannot accept or dispute what it performed itself',
  'joint.finding.accepted_nothing': 'Nothing that anybody was bound to was performed here: it accepts or disputes nothing',
  'joint.finding.no_condition': 'There is no condition here to be declared met or not met',
  'joint.finding.record_final':
    '{status, select, final {The record was final already: the first final version stands} other {Provisional after the final version: the final one stands}}',
  'joint.finding.correction_final': 'A final record is not open to corrections',
  'joint.finding.corrigendum_foreign': 'Only the author of a record puts it right',
  'joint.finding.amended_adopted': 'It amends what the same side had adopted: that stands as it was adopted',
  'joint.finding.silence_without_hosts': 'A silence procedure takes hosts, and this channel has none: it has no effect',
  'joint.finding.objection_own': 'Who put it under silence cannot object to that: it breaks nothing',
  'joint.finding.objection_again':
    'The same side had objected already, and that stands: a second objection adds nothing. A message can say what is to be added',
  'joint.finding.amends_no_article':
    '{operation, select, delete {It deletes} bracket {It puts in brackets} unbracket {It lifts the brackets of} other {It replaces}} article {article}, and this version has no such article: {articles}',
  'joint.finding.denies_own': 'A side cannot deny or contest its own claim: it takes it back by withdrawing it, or puts it right by a correction',
  'joint.finding.performed_by_other': 'Performed by a side that is not bound to it',
  'joint.finding.adopted_with_brackets':
    'Signed as adopted with {count, plural, =0 {broken brackets} one {# bracket} other {# brackets}} in it: it is not adopted',
  'joint.finding.terminated_early': 'Terminated before it was in force: it never enters into force',
  'joint.finding.committed_again': 'A second commitment: the first one counts',
  'joint.finding.exchange_stands':
    'It stands all the same: a commitment binds, and what was revealed is held against it: neither is taken back or put right. A message can say what is to be said',
  'joint.finding.exchange_committed':
    'It stands all the same: who has committed to an exchange does not call it off. A message can say what is to be said',
  'joint.finding.reveal_uncommitted': 'Revealed without a commitment before it',
  'joint.finding.reveal_early': 'Revealed before every side was committed: it does not count yet',
  'joint.finding.reveal_differs': 'What was revealed is not what was committed to',
  'joint.finding.reveal_missing': 'The moment of the exchange has passed, and what was committed to has not been revealed',
  'joint.finding.objection_late': 'The objection came after hosts had seen the silence expire',
  'joint.finding.translation_same_language': 'The original is in that language already: {language}',
  'joint.finding.translation_of_nothing': 'What it answers has no words to translate',
  'joint.finding.translation_same_words': 'It repeats the original word for word, and translates nothing',
  'joint.finding.case_step': 'Not a usual step',
  'joint.finding.case_closed': 'The same side had closed the report: it stays closed',
  'joint.finding.embargo_over': 'The embargo had ended, and nothing brings it back',
  'joint.finding.embargo_none': 'There was no embargo in force that this side could end',
  'joint.finding.embargo_accepted': 'Accepted by the same side before: an embargo is ended, not rejected, once it is accepted',
  'joint.finding.embargo_unnamed': 'It names no embargo that was proposed, and is for none',
  'joint.finding.effect_backdated': 'It names a moment that had passed when it was held: it takes effect when it was held',
  'joint.finding.terminated_again': 'It was terminated already: the termination that takes effect first counts',
  'joint.finding.suspended_early': 'It was not in force then: there was nothing to suspend or to resume',
  'joint.finding.suspended_late': 'It was terminated then: there was nothing to suspend or to resume',
  'joint.finding.suspended_again': 'The same side had suspended it already',
  'joint.finding.suspended_before': 'It reaches back before what the same side had said of it',
  'joint.finding.resumed_early': 'The same side had not suspended it: there is nothing to resume',
};

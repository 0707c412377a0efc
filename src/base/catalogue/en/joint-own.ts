/** English words for what a party takes further step by step, itself or with one that answers. */
export const jointOwn: Readonly<Record<string, string>> = {
  'joint.request':
    '{state, select, sent {Sent} acknowledged {Acknowledged, not replied to} clarification {Acknowledged: its author is asked what it means} replied {Replied to} declined {Declined} other {Withdrawn}}',
  'joint.asked':
    '{name}: {state, select, acknowledged {acknowledged it} asks {asked what it means} met {met it} partial {met it in part} declined {declined it} transferred {passed it on to whoever is competent} other {has not answered}}',
  'joint.escalated': '{name} took it further:',
  'joint.check': '{state, select, answered {Answered} escalated {Not answered, and taken further} withdrawn {Withdrawn} other {Sent, not answered}}',
  'joint.check_answer': '{name} answered:',
  'joint.claim':
    '{state, select, maintained {{name} stands by it} amended {{name} corrected it} withdrawn {{name} withdrew it} other {{name} claims it}}',
  'joint.claim_standing':
    '{standing, select, agreed {Agreed: every side accepts these same words} disputed {Disputed} withdrawn {Nothing is claimed any more} other {Open: neither agreed nor disputed}}',
  'joint.claim_stance':
    '{value, select, accepts {{name} accepts it:} accepts_in_part {{name} accepts it in part:} contests {{name} contests it:} denies {{name} denies it:} reserves_position {{name} reserves its position:} takes_note {{name} takes note of it:} no_comment {{name} has no comment:} other {{name} has not answered}}',
  'joint.claim_earlier': 'Corrected since; the position of {name} is on the earlier wording',
  'joint.evidence':
    '{state, select, examined {Examined by who took a position on it} withdrawn {Withdrawn: it stays on the record, marked so} other {Submitted}}',
  'joint.examined': '{name} took a position on it:',
  'joint.demarche':
    '{state, select, delivered {Delivered:} response_reported {Delivered, and the response reported; delivered:} withdrawn {Withdrawn} other {Instructed, not delivered}}',
  'joint.stage':
    '{name}: {stage, select, early_warning {early warning given:} notification {notified:} intermediate {intermediate report made:} progress {progress reported:} other {final report made:}}',
  'joint.treaty': '{state, select, corrected {Put right by a later notification} cancelled {Cancelled} withdrawn {Withdrawn} other {Notified}}',
  'joint.contact': '{state, select, listed {On the list of who answers} other {Taken off the list}}',
  'joint.powers': '{state, select, used {Used} revoked {Revoked} other {Issued, not used}}',
  'joint.powers_use': '{name} signed under them:',
  'joint.agrement': '{state, select, granted {Agrément granted} refused {Agrément refused} withdrawn {No longer sought} other {Agrément sought}}',
  'joint.credentials': '{state, select, presented {Credentials presented} other {Copy of the credentials handed over}}',
  'joint.charge_from': 'A chargé d’affaires heads the mission from',
  'joint.charge_until': 'The chargé d’affaires heads it until',
  'joint.leave_by': 'To leave by',
  'joint.unrecognised_of': '{name} no longer recognises them',
  'joint.unrecognised': '{name} no longer recognises them:',
  'joint.finding.reply_own': 'Whoever asked does not reply to that themselves',
  'joint.finding.interim_after_final': 'An interim reply after the final one: the final one stands',
  'joint.finding.clarifies_nothing': 'It answers no question of another side',
  'joint.finding.check_own': 'Whoever checks the line does not answer that themselves',
  'joint.finding.check_other_number': 'It returns another number than the check has',
  'joint.finding.examined_own': 'A side looks into what others lay before it, and not into its own evidence',
  'joint.finding.report_foreign': 'Only whoever makes a demarche reports what became of it',
  'joint.finding.delivered_again': 'It was delivered already',
  'joint.finding.response_early': 'It was not delivered yet: there is no response to report',
  'joint.finding.stage_after_final': 'The final report was made before: nothing further is told here',
  'joint.finding.stage_back':
    'It falls behind what the same side had told: {stage, select, notification {the notification} intermediate {an intermediate report} other {a progress report}} stands',
  'joint.finding.notifies_nothing': 'It corrects or cancels, and names no notification that it does so to',
  'joint.finding.notification_foreign': 'Only whoever notified corrects or cancels that',
  'joint.finding.notification_cancelled': 'The notification was cancelled before: a new one is needed',
  'joint.finding.card_foreign': 'It is another side’s card: it stays as that side wrote it',
  'joint.finding.card_removed': 'There is nobody on this card to be removed',
  'joint.finding.agrement_own': 'A side does not answer its own request for agrément',
  'joint.finding.non_grata_own': 'A side declares nobody of its own non grata: it recalls them, or ends their mission',
  'joint.finding.recognition_first': 'Recognition is refused to somebody who was declared non grata before, and they were not',
  'joint.finding.recognition_early': 'The time to leave was not over: recognition is refused only then',
  'joint.finding.charge_foreign': 'Only the side whose mission it is names who heads it meanwhile',
};

/** English ICU messages of proofs: what a header range says, and what a reader is shown before anything is written. */
export const proof: Readonly<Record<string, string>> = {
  'verify.held_not_accepted': 'Held, not accepted',
  'verify.accredited': '{name}, {post}, was accredited by {party} where this stands',
  'verify.automatic': 'The key of {name} is an automatic one: no person need have read this',
  'verify.not_proved_marking': 'NOT proved: that its marking, which is withheld, is one that {name} may use',
  'verify.still_accredited': '{name} is still accredited at entry {to}',
  'verify.recalled_after': '{name} was recalled after this, by entry {to} at the latest; what was signed before stands',
  'verify.ended_after': 'The mission of {name} ended after this, by entry {to} at the latest; what was signed before stands',
  'verify.not_corrected': 'Neither corrected nor withdrawn up to entry {to} of {party}’s log',
  'verify.corrected_after': 'Corrected by its author afterwards, in entry {index} of {party}’s log',
  'verify.withdrawn_after': 'Withdrawn by its author afterwards, in entry {index} of {party}’s log',
  'verify.perhaps_corrected_after': '{party} says in entry {index} of its log that this is corrected; whether that counts is not proved by this file',
  'verify.perhaps_withdrawn_after': '{party} says in entry {index} of its log that this is withdrawn; whether that counts is not proved by this file',
  'verify.perhaps_erased_after':
    '{party} says in entry {index} of its log that fields of this are erased; whether that counts is not proved by this file',
  'verify.not_recalled_after': 'No entry after it, up to entry {to} of {party}’s log, recalls its signer or ends the mission',
  'verify.perhaps_recalled_after':
    'Its signer is recalled, or the mission ended, in entry {index} of {party}’s log; whether that counts is not proved',
  'verify.not_proved_accredited_there':
    'NOT proved: that its signer was accredited where it stands, in entry {index}; what came before is not in this file',
  'verify.not_proved_gone_text':
    'NOT proved: what entry {index} of {party}’s log says, which could change who may sign: {party} says that its text is gone',
  'verify.in_later_log':
    'This log was opened by the identity keys of {party} to continue an earlier one. NOT proved: that nothing stands in the way of its counting',
  'verify.not_proved_counted': 'NOT proved: that it counts: a later log of {party} continues this one from before it',
  'verify.not_proved_after': 'NOT proved: that nothing of this changed after entry {to} of {party}’s log',

  // The verifier.
  'verify_page.keep': 'Keep this page as one file',
  'verify_page.offline': 'Works without a network',
  'verify_page.cancel': 'Stop the check',
  'verify_page.rate': '{rate, number} a second',

  // What a reader is shown of each document: verifier page, command line and preview.
  'proof_page.documents': 'What it shows',
  'proof_page.withheld': '{count, plural, one {# field is} other {# fields are}} withheld',

  // Disclosing: what is chosen, and what its reader will see.
  'proof.title': 'Hand over a proof',
  'proof.text':
    'One file by which anyone can check, offline and without an account, who said this and who holds it. You choose what it shows, and see it first.',
  'proof.choose': 'Choose what to show',
  'disclose.link': 'Disclose',
  'disclose.title': 'Disclose',
  'disclose.lead':
    'Choose documents, of both sides, and fields in them. Everything else stays hidden: a field left out stands as a hash that confirms no guess.',
  'disclose.documents': 'Documents',
  'disclose.older': 'Show earlier documents',
  'disclose.fields': 'Fields of this document that are shown',
  'disclose.all': 'Show all fields',
  'disclose.none': 'Show none',
  'disclose.exercise': 'That it is an exercise is always shown.',
  'disclose.range': 'Does it still stand?',
  'disclose.range.none': 'Leave open whether the signer is still accredited and whether it was corrected',
  'disclose.range.since': 'Add the entries after it: no recall, no correction since',
  'disclose.range.whole': 'Add all entries from the charter on: accredited then and now, not corrected',
  'disclose.preview': 'What a reader will see',
  'disclose.nothing': 'Choose a document. What its reader will see stands here before anything is written.',
  'disclose.making': 'Making the proof and checking it as its reader will …',
  'disclose.too_large': 'This proof is too large to be shown here. Make it with: parley prove',
  'disclose.save': 'Download proof',
  'disclose.unwritten': 'in one file. Nothing is written until you download it.',
  'proof_page.publishes':
    'A proof also publishes the charter, the cards with names and keys, and of each document its type, claimed time, references, the heads it cites, and how long its text is in all.',
  'proof_page.publishes_range':
    'With the entries after it, it also publishes the type, time, signer and references of every entry in the range, and the names and posts of those accredited in it.',
};

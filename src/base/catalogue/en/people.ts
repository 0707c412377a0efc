/** English ICU messages about people and their keys: passkeys, service keys, clearances. */
export const people: Readonly<Record<string, string>> = {
  'void.passkey_line': 'its signature is not one of the passkey that is accredited',
  'void.passkey_challenge': 'its passkey signed another text',
  'void.passkey_site': 'its passkey answered a page at another address than the accredited one',
  'void.passkey_user': 'its passkey answered without knowing who was there',
  'void.key_changed_hands': 'the key of {name} cannot pass between a person and a service; a new key is needed',
  'act.accredit.automatic.done': '{name} is accredited as an automatic key.',
  'row.automatic': 'automatic',
  'verify.entries_automatic':
    '{party}: {count, plural, one {# of these entries was} other {# of these entries were}} signed by an automatic key; no person need have read {count, plural, one {it} other {them}}',
};

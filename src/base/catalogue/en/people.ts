/** English ICU messages about people and their keys: passkeys, service keys, clearances. */
export const people: Readonly<Record<string, string>> = {
  'void.passkey_line': 'its signature is not one of the passkey that is accredited',
  'void.passkey_challenge': 'its passkey signed another text',
  'void.passkey_site': 'its passkey answered a page at another address than the accredited one',
  'void.passkey_user': 'its passkey answered without knowing who was there',
};

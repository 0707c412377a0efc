/**
 * What the key of a browser signs when its person enrols at a node: nobody enrols with a key whose other half they do not have. `challenge` is the one the
 * node gave for the passkey, base64url, and `passkey` the credential's id. Never an entry: those are one line of JSON.
 *
 * ```
 * parley-enrolment-key/1
 * https://parley.example
 * <challenge>
 * <passkey>
 * ```
 */
export function enrolmentText(siteOrigin: string, challenge: string, passkey: string): string {
  return `parley-enrolment-key/1\n${siteOrigin}\n${challenge}\n${passkey}\n`;
}

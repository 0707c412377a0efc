/** One label of a host name, lower case; a name outside ASCII stands in its punycode form, as browsers write origins. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL}){0,9}$`);
const ORIGIN = new RegExp(`^(?:https://(${LABEL}(?:\\.${LABEL}){0,9})|http://(localhost))(?::([1-9][0-9]{0,4}))?$`);

/**
 * Whether a text is the origin of pages on which passkeys work, as a browser writes it: `https://parley.example`, `http://localhost:8080`.
 * Source: WebAuthn level 3, section 5.8.1 (`origin`); RFC 6454 section 6.2. Its characters need no escape in JSON.
 */
export function isSiteOrigin(text: unknown): text is string {
  const port = typeof text === 'string' ? ORIGIN.exec(text)?.[3] : undefined;
  return typeof text === 'string' && ORIGIN.test(text) && (port === undefined || Number(port) <= 65_535);
}

/** Whether passkeys bound to this name may be used on pages of that origin: it is their host, or a domain above it. */
export function isRpIdOf(rpId: unknown, siteOrigin: string): rpId is string {
  const [, secure, local] = ORIGIN.exec(siteOrigin) ?? [];
  const host = secure ?? local ?? '';
  return typeof rpId === 'string' && HOST.test(rpId) && (host === rpId || host.endsWith(`.${rpId}`));
}

/**
 * Forms of text in STIX 2.1, each decided in linear time.
 *
 * The sender chooses these texts. No pattern here nests a repetition in a repetition, and patterns that repeat a group see bounded text only
 * ({@link MAX_TOKEN}): the published schemas' type-name pattern takes time exponential in the length of a name.
 */

/** Longer than any name, address, selector or language tag; only URLs, payloads and prose may be longer. */
const MAX_TOKEN = 4096;

const fits = (pattern: RegExp) => (text: string) => text.length <= MAX_TOKEN && pattern.test(text);

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';

/** `indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f`: a type name, `--`, a UUID of RFC 4122. */
export const isIdentifier = fits(new RegExp(`^[a-z][a-z0-9-]+[a-z0-9]--${UUID}$`));

/** `extension-definition--…`: the key of an extension made with the extension facility. */
export const isExtensionId = fits(new RegExp(`^extension-definition--${UUID}$`));

/** The type name an identifier starts with; the caller knows it is one. */
export function typeOfIdentifier(identifier: string): string {
  return identifier.slice(0, -38);
}

/** `x-acme-sensor`: words of lower-case letters and digits joined by hyphens; the published schemas allow one hyphen at the end. */
export function isTypeName(text: string): boolean {
  return text.length >= 3 && text.length <= 250 && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-?$/.test(text);
}

/** `ntfs-ext`: the key of a predefined extension, or of a custom one in the manner of STIX 2.0. */
export function isExtensionName(text: string): boolean {
  return text.length <= 250 && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-ext$/.test(text);
}

/** `first_seen`; `id` is the one shorter name. */
export function isPropertyName(text: string): boolean {
  return text === 'id' || (text.length <= 250 && /^[a-z][a-z0-9_]{2,}$/.test(text));
}

/** A key of a dictionary. */
export const isDictionaryKey = fits(/^[a-zA-Z0-9_-]{0,250}$/);

const TIMESTAMP = fits(/^[0-9]{4}-(?:0[1-9]|1[012])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z$/);

/** `2021-06-16T11:35:00Z`, with any number of decimals. */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP(text);
}

/** A timestamp with milliseconds or finer. */
export function isFineTimestamp(text: string): boolean {
  return TIMESTAMP(text) && /\.[0-9]{3,}Z$/.test(text);
}

/** Whether the calendar has the day of a timestamp (`2021-02-30` has the form and no day). */
export function isDayOfCalendar(timestamp: string): boolean {
  const day = timestamp.slice(0, 10);
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === day;
}

/** Base64 with padding, not empty. Of any length, so no group is repeated. */
export function isBinary(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** Whole octets in hexadecimal. */
export function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[a-fA-F0-9]+$/.test(text);
}

const IPV4 = /^(?:(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$/;

/** An IPv4 address or CIDR block: `198.51.100.0/24`. */
export function isIpv4(text: string): boolean {
  const [address, bits] = block(text);
  return IPV4.test(address) && isPrefixLength(bits, 32);
}

/** An IPv6 address or CIDR block, `::ffff:198.51.100.3` and zones (`fe80::1%eth0`) included. */
export function isIpv6(text: string): boolean {
  const [whole, bits] = block(text);
  const [address = '', ...zone] = whole.split('%', 3);
  if (zone.length > 1 || zone[0] === '') return false;
  const halves = address.split('::');
  if (address.length > 45 || halves.length > 2 || !isPrefixLength(bits, 128)) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  if (last !== undefined && IPV4.test(last.at(-1) ?? '')) last.splice(-1, 1, '0', '0');
  const all = groups.flat();
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? all.length <= 7 : all.length === 8;
}

function block(text: string): [string, string | undefined] {
  const at = text.lastIndexOf('/');
  return at === -1 ? [text.slice(0, MAX_TOKEN), undefined] : [text.slice(0, Math.min(at, MAX_TOKEN)), text.slice(at + 1)];
}

function isPrefixLength(bits: string | undefined, max: number): boolean {
  return bits === undefined || (/^(?:0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= max);
}

/** A MAC address: `d2:fb:49:24:37:18`, lower case. */
export const isMac = fits(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/);

/** A domain name, also in the letters of any script (RFC 5890): labels of 1 to 63 letters, digits, pictures and inner hyphens. */
export function isHostname(text: string): boolean {
  if (text.length > 255) return false;
  const labels = text.replace(/\.$/, '').split('.');
  return labels.every((label) => label.length <= 63 && /^[\p{L}\p{N}\p{So}_](?:[\p{L}\p{N}\p{M}\p{So}_-]*[\p{L}\p{N}\p{M}\p{So}_])?$/u.test(label));
}

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;

/** An e-mail address: words joined by dots, `@`, a domain of two labels or more. */
export function isEmail(text: string): boolean {
  const [local = '', domain, ...rest] = text.slice(0, MAX_TOKEN).split('@', 3);
  if (domain === undefined || rest.length > 0 || text.length > MAX_TOKEN) return false;
  const labels = domain.split('.');
  return (
    local.split('.').every((word) => ATOM.test(word)) &&
    labels.length > 1 &&
    labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label))
  );
}

const PATH = /^[A-Za-z0-9._~!$&'()*+,;=:@/%-]*$/;
const TAIL = /^[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*$/;

/** A URI of RFC 3986 with a scheme and something after it. Of any length, so no group is repeated. */
export function isUri(text: string): boolean {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text.slice(0, 64))?.[0];
  if (scheme === undefined || scheme.length === text.length) return false;
  if (text.includes('%') && /%(?![0-9A-Fa-f]{2})/.test(text)) return false;
  const [hierarchy = '', fragment] = cut(text.slice(scheme.length), '#');
  const [place = '', query] = cut(hierarchy, '?');
  if ((fragment !== undefined && !TAIL.test(fragment)) || (query !== undefined && !TAIL.test(query))) return false;
  if (!place.startsWith('//')) return PATH.test(place);
  const end = place.indexOf('/', 2);
  return isAuthority(end === -1 ? place.slice(2) : place.slice(2, end)) && (end === -1 || PATH.test(place.slice(end)));
}

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isAuthority(text: string): boolean {
  if (text.length > MAX_TOKEN) return false;
  const at = text.lastIndexOf('@');
  if (at !== -1 && !/^[A-Za-z0-9._~!$&'()*+,;=:%-]*$/.test(text.slice(0, at))) return false;
  const host = text.slice(at + 1).replace(/:[0-9]*$/, '');
  const literal = /^\[(.*)\]$/.exec(host)?.[1];
  if (literal === undefined) return /^[A-Za-z0-9._~!$&'()*+,;=%-]*$/.test(host);
  return (isIpv6(literal) && !/[%/]/.test(literal)) || /^[Vv][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+$/.test(literal);
}

const CPE_VALUE = /^(?:[*-]|(?:\?+|\*)?(?:[a-zA-Z0-9._-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^`{|}~])+(?:\?+|\*)?)$/;

/** A CPE 2.3 name (NIST IR 7695): `cpe:2.3:a:acme:mailer:1.0:*:*:*:*:*:*:*`. */
export function isCpe(text: string): boolean {
  if (text.length > MAX_TOKEN || !/^cpe:2\.3:[aho*-]:/.test(text)) return false;
  const parts = text.slice(10).split(/(?<!\\):/);
  if (parts.length !== 10) return false;
  return parts.every((part, i) => (i === 5 ? /^(?:[*-]|[a-zA-Z]{2,3}(?:-(?:[a-zA-Z]{2}|[0-9]{3}))?)$/.test(part) : CPE_VALUE.test(part)));
}

/** A language tag with the form of RFC 5646, such as `fr` or `zh-Hant-TW`. */
export const isLanguageTag = fits(/^(?:[A-Za-z]{2,8}|[ixIX])(?:-[A-Za-z0-9]{1,8})*$/);

/** A selector of a granular marking: `external_references.[0].source_name`. */
export const isSelector = fits(/^(?:id|[a-z0-9_-]{3,249}(?:\.(?:\[[0-9]+\]|[a-zA-Z0-9_-]{1,250}))*)$/);

/** A media type, with or without parameters. */
export function isMediaType(text: string): boolean {
  return /^(?:application|audio|font|image|message|model|multipart|text|video)\/[a-zA-Z0-9.+_-]/.test(text.slice(0, MAX_TOKEN));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isBinary,
  isCpe,
  isDayOfCalendar,
  isEmail,
  isExtensionName,
  isFineTimestamp,
  isHex,
  isHostname,
  isIdentifier,
  isIpv4,
  isIpv6,
  isLanguageTag,
  isMac,
  isPropertyName,
  isSelector,
  isTimestamp,
  isTypeName,
  isUri,
} from './lexical.ts';

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';

const FORMS: readonly [name: string, fits: (text: string) => boolean, yes: readonly string[], no: readonly string[]][] = [
  [
    'identifier',
    isIdentifier,
    [`x-a--${UUID}`, `ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4`],
    [UUID, `a--${UUID}`, `A-b--${UUID}`, `abc-${UUID}`, `abc--${UUID} `],
  ],
  ['type name', isTypeName, ['x-acme', 'abc', 'a1-2b'], ['ab', '-ab', 'a--b', 'A-b', 'é-a', 'a'.repeat(251)]],
  ['extension name', isExtensionName, ['ntfs-ext', 'a-b-ext'], ['-ext', 'ext', 'a_-ext', 'a-ext-', `${'a'.repeat(248)}-ext`]],
  ['property name', isPropertyName, ['id', 'abc', 'x_9'], ['ab', 'Abc', '9ab', '_ab', 'a-b', '__proto__', 'a'.repeat(251)]],
  [
    'timestamp',
    isTimestamp,
    ['2021-06-16T11:35:00Z', '2016-12-31T23:59:60.5Z'],
    ['2021-06-16T11:35Z', '2021-06-16 11:35:00Z', '2021-06-16T11:35:00.Z', '2021-06-16T11:35:00+00:00'],
  ],
  [
    'fine timestamp',
    isFineTimestamp,
    ['2021-06-16T11:35:00.000Z', '2021-06-16T11:35:00.000001Z'],
    ['2021-06-16T11:35:00Z', '2021-06-16T11:35:00.00Z'],
  ],
  ['day', isDayOfCalendar, ['2020-02-29T00:00:00Z', '0000-01-01T00:00:00Z'], ['2021-02-29T00:00:00Z', '2021-04-31T00:00:00Z']],
  ['base64', isBinary, ['AAEC', 'AA==', 'AAA='], ['', 'A', 'AA=', 'A===', 'AA==AA==', 'A_EC']],
  ['hex', isHex, ['00fF'], ['', '0', '0g']],
  ['IPv4', isIpv4, ['198.51.100.3', '0.0.0.0/0', '10.0.0.0/32'], ['256.1.1.1', '1.2.3', '01.2.3.4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/01']],
  [
    'IPv6',
    isIpv6,
    ['::', '::1', '2001:db8::/32', '1:2:3:4:5:6:7:8', '::ffff:198.51.100.3', 'fe80::1%eth0'],
    ['', ':', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '12345::', '1.2.3.4', '::/129', '::1%', '1.2.3.4::'],
  ],
  ['MAC', isMac, ['d2:fb:49:24:37:18'], ['D2:fb:49:24:37:18', 'd2-fb-49-24-37-18', 'd2:fb:49:24:37']],
  [
    'domain name',
    isHostname,
    ['example.org', 'example.org.', 'xn--e1afmkfd.xn--p1ai', 'пример.рф', '_dmarc.example.org', 'localhost'],
    ['', '.', 'a..b', '-a.b', 'a b', 'example[.]org', `${'a'.repeat(64)}.b`],
  ],
  ['e-mail', isEmail, ['a.b+c@example.org'], ['a@b', '@b.c', 'a@', 'a..b@c.de', 'a@b@c.de', 'a b@c.de', 'a@-b.de']],
  [
    'URI',
    isUri,
    ['https://example.org/a%20b?c=d#e', 'urn:uuid:1', 'ftp://[::1]:21/x', 'https://u:p@h:1/', 'mailto:a@b.c', 'file:///etc'],
    ['', 'a', 'https:', '//a', 'https://a b', 'https://a/%zz', 'https://[::1', 'https://é/', 'hxxp//a', 'https://a:b/', '1:a', 'https://a/#b#c'],
  ],
  [
    'CPE',
    isCpe,
    ['cpe:2.3:a:acme:mail\\:er:1.0:*:*:en-us:-:*:*:*', 'cpe:2.3:o:a?:*b:??c:-:-:*:*:*:*:*'],
    ['cpe:2.3:a:b', 'cpe:2.3:x:a:b:*:*:*:*:*:*:*:*', 'cpe:/a:b:c', 'cpe:2.3:a:b c:d:*:*:*:*:*:*:*:*'],
  ],
  ['language', isLanguageTag, ['fr', 'zh-Hant-TW', 'de-CH-1996', 'x-acme'], ['', 'f', 'fr-', 'fr_CH', 'français', 'fr-123456789']],
  [
    'selector',
    isSelector,
    ['id', 'labels.[0]', 'external_references.[12].hashes.SHA-256'],
    ['', 'ab', 'labels.[a]', 'labels..x', 'Labels', 'labels.'],
  ],
];

test('each form takes what it should and nothing else', () => {
  for (const [name, fits, yes, no] of FORMS) {
    for (const text of yes) assert.equal(fits(text), true, `${name}: ${text}`);
    for (const text of no) assert.equal(fits(text), false, `${name}: ${text}`);
  }
});

test('no form takes more than linear time on a text made to hurt it', () => {
  const seeds = ['a', '-', 'a-', 'a.', '0', '1-', '::', 'a:', '\\:', '?', '*', '%', '/', '.[0]', '-a1', 'A1', '=', 'é', ' ', '@a', '[', '0000-'];
  const heads = ['', 'a', 'https://', 'cpe:2.3:a:', 'cpe:2.3:a:a', '2021-06-16T11:35:00.', 'labels.', 'a@', 'aa-', 'https://['];
  for (const [name, fits] of FORMS) {
    for (const seed of seeds) {
      for (const head of heads) {
        const text = `${head}${seed.repeat(50_000 / seed.length)}`;
        const before = performance.now();
        fits(`${text}!`);
        // An exponential pattern does not end; a quadratic one takes seconds; the right ones take less than 1 ms.
        assert.ok(performance.now() - before < 1000, `${name}: ${head}${seed}…`);
      }
    }
  }
});

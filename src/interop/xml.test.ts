import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lookAtXml } from './xml.ts';

test('the root element is found behind a declaration, comments and white space, with its namespace', () => {
  const xml = lookAtXml(
    '\ufeff<?xml version="1.0"?>\n<!-- <no/> -->\n<s:STIX_Package xmlns:s="http://stix.mitre.org/stix-1" version="1.2"><a/></s:STIX_Package>\n',
  );
  assert.ok(xml !== undefined);
  assert.deepEqual(
    [xml.root, xml.namespace, xml.attributes.get('version'), xml.elements, xml.fault],
    ['STIX_Package', 'http://stix.mitre.org/stix-1', '1.2', 2, undefined],
  );
});

const faults: readonly [xml: string, fault: RegExp][] = [
  ['<a><b></a></b>', /another end tag/],
  ['<a>', /ends inside <a>/],
  ['<a/><b/>', /one root element/],
  ['<a/>text', /nothing but the root/],
  ['<a b="1" b="2"/>', /attribute b once/],
  ['<a b=1/>', /end of the tag/],
  ['<a>&lol;</a>', /no reference/],
  ['<a b="&lol;"/>', /no reference/],
  ['<a>< b/></a>', /a tag/],
  ['<a><![CDATA[x', /ends inside/],
  ['<a>'.repeat(100), /at most 64 levels/],
];

test('what is not well formed has its reason', () => {
  for (const [xml, fault] of faults) assert.match(lookAtXml(xml)?.fault ?? '', fault, xml);
});

test('references to characters, CDATA and processing instructions pass', () => {
  assert.equal(lookAtXml("<a>&lt;&#233;&#xe9;<![CDATA[<&]]><?p q?><b\n c='\"' />\n</a >")?.fault, undefined);
});

test('a document type is refused unread, so no entity is ever expanded', () => {
  const bomb = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><lolz>&lol2;</lolz>';
  assert.equal(lookAtXml(bomb), undefined);
  assert.match(lookAtXml(`<a/>${bomb}`)?.fault ?? '', /no document type/);
});

test('any text is looked at without an exception', () => {
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<a b="c"',
    '/>',
    '>',
    '<',
    '&amp;',
    '&',
    '<!--',
    '-->',
    '<?',
    '?>',
    '<![CDATA[',
    ']]>',
    ' ',
    'x',
    '"',
    '<é:b>',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (text) => void lookAtXml(text),
    ),
  );
});

test('hostile texts take linear time', () => {
  for (const make of [
    (size: number) => `<a${' '.repeat(size)}`,
    (size: number) => `<${'a'.repeat(size)}`,
    (size: number) => `<a ${'b'.repeat(size)}`,
    (size: number) => `<a>${'&'.repeat(size)}`,
    (size: number) => '<a/>'.repeat(size / 4),
    (size: number) => `<r>${'<a></a>'.repeat(size / 7)}`,
    (size: number) => `<!--${'-'.repeat(size)}`,
  ]) {
    const time = (size: number) => {
      const text = make(size);
      const start = performance.now();
      lookAtXml(text);
      return performance.now() - start;
    };
    time(1000);
    assert.ok(time(1_000_000) < 400 * Math.max(1, time(25_000)), make(3));
  }
});

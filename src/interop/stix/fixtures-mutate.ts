/** Test only: small changes to a JSON value, every one there is or one at a random place (the same for the same seed). */

type Node = { [key: string]: unknown } | unknown[];
/** Gives whole numbers from 0 up to, not including, its argument. */
export type Dice = (sides: number) => number;

/** A repeatable stream of numbers (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 91, 101, 181, 65535, 65536, 999_999_999, 1e9, 2 ** 53, -(2 ** 53), 1e300],
  ...[
    '',
    ' ',
    'a',
    'A',
    'abc',
    'b'.repeat(300),
    '0',
    '00',
    'AAAA',
    'AA==',
    'é',
    '\u{1f600}',
    '__proto__',
    'tlp',
    'xtlp',
    'statement',
    'red',
    'AF_INET',
  ],
  ...['2.0', '2.1', '3.0', '2021-06-16T11:35:00Z', '2021-06-16T11:35:00.1Z', '2021-02-30T00:00:00.000Z', '2021-06-16', '2021-13-01T00:00:00.000Z'],
  ...['2021-06-16T11:35:60.000Z', '2021-06-16T11:35:00.000+02:00', '2021-06-16T24:00:00.000Z', '2017-01-20T00:00:00.000Z'],
  ...[
    'http://a',
    'a:b',
    'a b',
    'http://[::1]:80/',
    'http://a/%zz',
    'urn:x',
    '//a',
    'http://é',
    'x@y.z',
    '@',
    'a@b',
    'a..b@c.de',
    'a.b',
    '-a.b',
    'a_b.c',
    '.',
  ],
  ...[
    '1.2.3.4',
    '1.2.3.4/33',
    '01.2.3.4',
    '1.2.3',
    '::',
    '::1/128',
    '::1/129',
    '1::2::3',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    'sss::1',
    '12345::',
    '1:2:3:4:5:6:7:8',
  ],
  ...[
    'd2:fb:49:24:37:1',
    'D2:FB:49:24:37:18',
    'cve',
    'capec',
    'CVE-2021-1',
    'CVE-2021-0001',
    'CAPEC-1',
    'CAPEC-',
    'HKLM\\a',
    'aHKCU',
    'HKEY_USERS',
    'en',
    'en-',
    'x',
  ],
  ...[
    'cpe:2.3:a:b',
    'cpe:2.3:a:b:c:*:*:*:*:*:*:*:*',
    'cpe:2.3:a:b:c:*:*:*:*:*:*:*:* ',
    'text/plain',
    'text',
    'foo/bar',
    'labels.[0]',
    'labels.0',
    'ID',
    '[0]',
  ],
  ...[
    'language-content',
    'sighting',
    'file',
    'indicator',
    'tool',
    'bundle',
    'marking-definition',
    'x-y',
    'toolbox',
    'artifact',
    'software',
    'identity',
    'location',
    'relationship',
  ].map((type) => `${type}--${UUID}`),
  ...[`file--${UUID}0`, `file-${UUID}`, `file--${UUID.toUpperCase()}`, `file--${UUID.replace('-4', '-6')}`, 'file--', `f--${UUID}`, `File--${UUID}`],
  ...[
    [],
    {},
    [''],
    ['a', 'b'],
    [1],
    [null],
    [[]],
    [{}],
    { a: 1 },
    { abc: 'd' },
    { abc: null },
    { abc: [] },
    { type: 'file' },
    { extension_type: 'new-sdo' },
  ],
  ...[
    { MD5: 'x' },
    { 'SHA-256': 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f' },
    { 'not/ok': 'a' },
    { statement: 's' },
    { tlp: 'red' },
  ],
];

const NAMES: readonly string[] = [
  ...'Abc ab abc a-b a_b abcd-e x_own x_bin x_hex _abc 1abc __proto__ constructor toString severity action username phone_numbers userid'.split(' '),
  ...'body body_multipart end is_active decryption_key url payload_bin latitude precision objects object_refs lang marking_ref name created'.split(
    ' ',
  ),
  ...'extensions definition definition_type is_family value hashes description spec_version modified ntfs-ext a-ext a_-ext tcp-ext -ext'.split(' '),
  ...[
    `extension-definition--${UUID}`,
    'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d',
    'b'.repeat(251),
    `${'b'.repeat(250)}-ext`,
    'café',
    '',
  ],
  ...'date subject lpReserved lpReserved2 cbReserved2 SO_A SO_a Make make MD5 SHA3-256 SSDEEP xMD5'.split(' '),
];

/** Calls `visit` after each change of one value: left out, or another in its place. The object is as before afterwards. */
export function everyValue(object: Node, visit: () => void): void {
  let places = 0;
  for (const place of gather(object, [])) {
    for (const key of Object.keys(place)) {
      const old = Object.getOwnPropertyDescriptor(place, key)?.value as unknown;
      if (!Array.isArray(place)) {
        delete place[key];
        visit();
      }
      places++;
      const share = typeof old !== 'string' ? 12 : isReference(old) ? 6 : 4;
      for (const [i, value] of VALUES.entries()) {
        // All numbers and containers everywhere, and all references for a reference; of the hundred other texts a share, another at the next place.
        if (typeof value === 'string' && (i + places) % share !== 0 && !(isReference(value) && isReference(old))) continue;
        set(place, key, value);
        visit();
      }
      set(place, key, old);
    }
  }
}

/** Calls `visit` after each change of the names at top level: two left out together, one more. The object is as before afterwards. */
export function everyName(object: { [key: string]: unknown }, visit: () => void): void {
  const before = Object.entries(object);
  for (const [name, value] of before) {
    for (const [other, too] of before) {
      if (other <= name) continue;
      delete object[name];
      delete object[other];
      visit();
      set(object, name, value);
      set(object, other, too);
    }
  }
  for (const name of NAMES.filter((added) => !Object.hasOwn(object, added))) {
    for (const value of ['AAEC', 5, null, [], { abc: 1 }]) {
      set(object, name, value);
      visit();
    }
    delete object[name];
  }
}

/** Makes one change somewhere in the object. */
export function mutate(object: Node, roll: Dice): void {
  const places = gather(object, []);
  const place = places[roll(places.length)] ?? object;
  const keys = Object.keys(place);
  const key = keys[roll(Math.max(1, keys.length))];
  const value = structuredClone(VALUES[roll(VALUES.length)]);
  const action = roll(key === undefined ? 1 : 8);
  if (action === 0) {
    if (Array.isArray(place)) place.push(value);
    else set(place, NAMES[roll(NAMES.length)] ?? '', value);
  } else if (key !== undefined) change(place, key, action, value, roll);
}

function change(place: Node, key: string, action: number, value: unknown, roll: Dice): void {
  const old = (place as { [key: string]: unknown })[key];
  if (action <= 2) remove(place, key);
  else if (action === 3 && !Array.isArray(place)) {
    remove(place, key);
    set(place, NAMES[roll(NAMES.length)] ?? '', old);
  } else if (action <= 5 && typeof old === 'string') set(place, key, tweak(old, roll));
  else set(place, key, value);
}

function tweak(text: string, roll: Dice): string {
  const at = roll(text.length + 1);
  const mark = ' -.:/%0aZz"\\_é'.charAt(roll(14));
  const forms = [
    text + mark,
    mark + text,
    text.slice(1),
    text.slice(0, -1),
    text.toUpperCase(),
    text.toLowerCase(),
    text.slice(0, at) + text.slice(at + 1),
  ];
  return [...forms, text.slice(0, at) + mark + text.slice(at)][roll(8)] ?? text;
}

const isReference = (value: unknown) => typeof value === 'string' && value.includes('--');

function gather(value: unknown, found: Node[]): Node[] {
  if (typeof value !== 'object' || value === null) return found;
  found.push(value as Node);
  for (const child of Object.values(value)) gather(child, found);
  return found;
}

function remove(place: Node, key: string): void {
  if (Array.isArray(place)) place.splice(Number(key), 1);
  else delete place[key];
}

/** As JSON.parse would: `__proto__` becomes an ordinary property. */
function set(place: Node, key: string, value: unknown): void {
  Object.defineProperty(place, key, { value, enumerable: true, configurable: true, writable: true });
}

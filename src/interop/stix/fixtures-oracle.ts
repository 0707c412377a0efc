import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { DEFECTS } from './defects.ts';
import { TLP2, TLP2_EXTENSION } from './meta.ts';

/** Test only: the published JSON Schemas of STIX 2.1 as a second opinion, each row of defects.ts corrected in them. */

export const DATA = new URL('../../../../shared/data/', import.meta.url);
/** Why the tests that need the published schemas and examples are skipped, or `false`. */
export const noData = existsSync(new URL('schemas/stix2.1/', DATA)) ? false : 'the published schemas and examples are not beside this repository';

type Node = { [key: string]: unknown };
type Schemas = ReadonlyMap<string, Node>;

/** The node at a path such as `common/core properties type`. */
function dig(schemas: Schemas, path: string): Node {
  const [file = '', ...steps] = path.split(' ');
  let node: unknown = schemas.get(file);
  for (const step of steps) node = (node as Node | undefined)?.[step];
  assert.ok(typeof node === 'object' && node !== null, `the schemas have no ${path}`);
  return node as Node;
}

function rename(node: Node, from: string, to: string): void {
  assert.ok(from in node, `no pattern ${from}`);
  node[to] = node[from];
  delete node[from];
}

/** Calls `visit` on every object of a schema. */
function walk(node: unknown, visit: (node: Node) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) visit(node as Node);
  for (const child of Object.values(node)) walk(child, visit);
}

const SDO = `attack-pattern campaign course-of-action grouping identity incident indicator infrastructure intrusion-set location malware-analysis
  malware note observed-data opinion report threat-actor tool vulnerability`.split(/\s+/);
const anyOf = (...names: string[]) => names.map((name) => ({ required: [name] }));

/** The corrections, one a row of defects.ts. */
const CORRECT: Record<keyof typeof DEFECTS, (schemas: Schemas) => void> = {
  'type and extension names': (schemas) => {
    for (const core of ['common/core', 'common/cyber-observable-core']) {
      dig(schemas, `${core} properties type`).pattern = '^[a-z][a-z0-9]*(-[a-z0-9]+)*-?$';
      const extensions = dig(schemas, `${core} properties extensions`);
      rename(extensions.patternProperties as Node, '^([a-z][a-z0-9]*)+(-[a-z0-9]+)*\\-ext$', '^[a-z][a-z0-9]*(-[a-z0-9]+)*-ext$');
      extensions.propertyNames = { maxLength: 250 };
    }
  },
  'property names': (schemas) => {
    rename(dig(schemas, 'common/properties patternProperties'), '^([a-z][a-z0-9_]{2,249})|id$', '^([a-z][a-z0-9_]{2,249}|id)$');
    dig(schemas, 'common/marking-definition').allOf = [{ $ref: '../common/properties.json' }];
  },
  alternatives: (schemas) => {
    dig(schemas, 'common/marking-definition oneOf 0 oneOf 1 properties definition_type not').pattern = '^(statement|tlp)$';
    dig(schemas, 'observables/windows-registry-key allOf 1 properties key not').pattern = '^(HKLM|HKCC|HKCR|HKCU|HKU|hklm|hkcc|hkcr|hkcu|hku)';
    dig(schemas, 'common/external-reference properties hashes allOf 1 propertyNames').pattern =
      '^(MD5|SHA-1|SHA-256|SHA-512|SHA3-256|SHA3-512|SSDEEP|TLSH)$';
    const info = dig(schemas, 'observables/process definitions startup-info-dictionary patternProperties');
    for (const pattern of Object.keys(info)) rename(info, pattern, `^(${pattern.slice(1, -1)})$`);
  },
  integers: (schemas) => {
    for (const schema of schemas.values()) {
      walk(schema, (node) => {
        if (node.type !== 'integer') return;
        node.minimum ??= Number.MIN_SAFE_INTEGER;
        node.maximum ??= Number.MAX_SAFE_INTEGER;
      });
    }
  },
  'granular markings': (schemas) => {
    const marking = dig(schemas, 'common/granular-marking');
    marking.required = ['selectors'];
    marking.oneOf = anyOf('lang', 'marking_ref');
    dig(schemas, 'common/granular-marking properties selectors items').pattern = '^([a-z0-9_-]{3,249}(\\.(\\[\\d+\\]|[a-zA-Z0-9_-]{1,250}))*|id)$';
  },
  'observed objects': (schemas) => {
    dig(schemas, 'sdos/observed-data allOf 1 properties').objects = {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] },
    };
  },
  'observed references': (schemas) => {
    dig(schemas, 'sdos/observed-data allOf 1 properties object_refs').items = {
      allOf: [{ $ref: '../common/identifier.json' }, { not: { pattern: `^(${SDO.join('|')})--.{36}$` } }],
    };
  },
  'ipv6-addr': (schemas) => {
    dig(schemas, 'observables/ipv6-addr allOf 1 properties').value = { type: 'string', format: 'ipv6-block' };
  },
  'some property': (schemas) => {
    const refs = 'opened_connection_refs creator_user_ref image_ref parent_ref child_refs'.split(' ');
    const own = 'extensions is_hidden pid created_time cwd command_line environment_variables'.split(' ');
    dig(schemas, 'observables/process').anyOf = anyOf(...own, ...refs);
    dig(schemas, 'observables/windows-registry-key').anyOf = anyOf('key', 'values', 'modified_time', 'creator_user_ref', 'number_of_subkeys');
    const process = dig(schemas, 'observables/process definitions process-extensions-dictionary patternProperties ^windows-process-ext$');
    const [, some] = process.allOf as { anyOf: Node[] }[];
    some?.anyOf.push(...anyOf('integrity_level'));
    dig(schemas, 'observables/file definitions file-extensions-dictionary patternProperties ^raster-image-ext$ allOf 1').anyOf = anyOf(
      'image_height',
      'image_width',
      'bits_per_pixel',
      'exif_tags',
    );
  },
  'header fields': (schemas) => {
    const fields = dig(schemas, 'observables/email-message definitions email-additional-header-fields');
    fields.propertyNames = { not: { pattern: '^(date|received_lines|content_type|from_ref|sender_ref|to_refs|cc_refs|bcc_refs|subject)$' } };
    delete fields.not;
  },
  'data streams': (schemas) => {
    const ntfs = 'observables/file definitions file-extensions-dictionary patternProperties ^ntfs-ext$';
    dig(schemas, `${ntfs} allOf 0 properties alternate_data_streams items`).type = 'object';
  },
  cpe: (schemas) => {
    const cpe = dig(schemas, 'observables/software allOf 1 properties cpe');
    cpe.pattern = `^${cpe.pattern}$`;
  },
  languages: (schemas) => {
    dig(schemas, 'observables/software allOf 1 properties languages items').pattern = '^([A-Za-z]{2,8}|[ixIX])(-[A-Za-z0-9]{1,8})*$';
  },
  URLs: (schemas) => {
    dig(schemas, 'common/url-regex').format = 'uri-with-authority';
  },
  'TLP 2.0': (schemas) => {
    const marking = dig(schemas, 'common/marking-definition');
    const anTlp2 = [{ properties: { id: { enum: [...TLP2.keys()] } }, required: ['id'] }];
    const extended = { properties: { extensions: { required: [TLP2_EXTENSION], type: 'object' } }, required: ['extensions'] };
    (marking.allOf as Node[]).push({
      if: { anyOf: [...anTlp2, extended], not: { properties: { definition_type: { const: 'tlp' } }, required: ['definition_type'] } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: 'https://example.org/tlp2.0.json' },
    });
  },
};

/** The published schemas, corrected unless `asPublished`, as one verdict per object. */
export function oracle(asPublished = false): (object: { readonly [key: string]: unknown }) => boolean {
  const schemas = new Map<string, Node>();
  for (const folder of ['common', 'sdos', 'sros', 'observables']) {
    const from = new URL(`schemas/stix2.1/${folder}/`, DATA);
    for (const file of readdirSync(from)) schemas.set(`${folder}/${file.slice(0, -5)}`, JSON.parse(readFileSync(new URL(file, from), 'utf8')));
  }
  if (!asPublished) for (const correct of Object.values(CORRECT)) correct(schemas);
  // The published patterns hold escapes that Unicode mode refuses.
  const ajv = new Ajv2020({ unicodeRegExp: false, strict: false });
  const addFormats = createRequire(import.meta.url)('ajv-formats') as (ajv: Ajv2020) => void;
  addFormats(ajv);
  ajv.addFormat('idn-hostname', isHostname);
  ajv.addFormat('ipv6-block', isIpv6Block);
  const uri = ajv.compile({ type: 'string', format: 'uri' });
  ajv.addFormat('uri-with-authority', (text: string) => uri(text) && hasAuthority(text));
  const tlp2 = JSON.parse(readFileSync(new URL(`tlp2/${TLP2_EXTENSION}.schema.json`, DATA), 'utf8'));
  ajv.addSchema({ ...tlp2, $id: 'https://example.org/tlp2.0.json' });
  for (const schema of schemas.values()) ajv.addSchema(schema);
  const idOf = new Map([...schemas].map(([path, schema]) => [path.split('/')[1], schema.$id as string]));
  return (object) => {
    if (typeof object.type !== 'string') return false;
    const known = object.type === 'bundle' || object.type === 'core' ? undefined : idOf.get(object.type);
    const id = known ?? idOf.get('created' in object || 'modified' in object ? 'core' : 'cyber-observable-core');
    const validate = ajv.getSchema(id ?? '');
    assert.ok(validate !== undefined);
    return validate(object) === true;
  };
}

function isHostname(text: string): boolean {
  // The URL parser behind domainToASCII ends a host at any of the first, and takes a last label of digits for an IPv4 address.
  const ascii = /[/\\?#@:\s]/.test(text) ? '' : domainToASCII(`${text.replace(/\.$/, '')}.example`);
  return ascii !== '' && text.length <= 255 && /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(ascii);
}

function isIpv6Block(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (rest.length > 0 || (bits !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= 128))) return false;
  return isIPv6(address);
}

/** RFC 3986 section 3.2: what stands between `//` and the next `/`, `?` or `#` is user, host and port. */
function hasAuthority(text: string): boolean {
  const authority = /^[^/?#]*:\/\/([^/?#]*)/.exec(text)?.[1];
  if (authority === undefined) return true;
  const [, host = ''] = /^(?:[^@[\]]*@)?(\[[^\]]*\]|[^:@[\]]*)(?::\d*)?$/.exec(authority) ?? [undefined, ':'];
  return host.startsWith('[') ? /^\[v/i.test(host) || isIPv6(host.slice(1, -1)) : !host.includes(':');
}

import { isObject } from '../../base/json.ts';
import { isDictionaryKey, isExtensionId, isExtensionName, isSelector, isTypeName } from './lexical.ts';
import {
  anyOf,
  boolean,
  type Check,
  checkShape,
  closed,
  dictionary,
  fineTimestamp,
  identifier,
  identifierMeant,
  inOrder,
  integer,
  list,
  oneOf,
  type Rule,
  type Shape,
  section,
  string,
  strings,
  structure,
  text,
  timestamp,
  uri,
} from './rules.ts';
import { CLOSED } from './vocabulary.ts';

/** Kill chain phases (section 2.11). */
export const killChainPhases: Rule = list(
  structure({ others: 'any', properties: { kill_chain_name: string, phase_name: string }, required: ['kill_chain_name', 'phase_name'] }),
);

const digits = (size: number) => text(`${size} hexadecimal digits`, (value) => value.length === size && /^[a-fA-F0-9]+$/.test(value), '10.7');

const HASHES: Readonly<Record<string, Rule>> = {
  MD5: digits(32),
  'SHA-1': digits(40),
  'SHA-256': digits(64),
  'SHA-512': digits(128),
  'SHA3-256': digits(64),
  'SHA3-512': digits(128),
  SSDEEP: text('an ssdeep hash', (value) => /^[a-zA-Z0-9/+:.]{1,128}$/.test(value), '10.7'),
  TLSH: text('a TLSH hash of 70 characters', (value) => /^[a-zA-Z0-9]{70}$/.test(value), '10.7'),
};

const isAlgorithm = (key: string) => key.length >= 3 && isDictionaryKey(key);
const names = dictionary(string, isAlgorithm, 'an algorithm name of 3 to 250 letters, digits, - and _');

/** Hashes by algorithm (section 2.7); the form is checked of those the standard lists (section 10.7). */
export const hashes: Rule = (value, at) => {
  names(value, at);
  if (isObject(value)) checkShape(value, { properties: HASHES, others: 'any' }, at);
};

/** Hashes of an external reference: listed algorithms only (section 2.5.1). */
const listedHashes: Rule = (value, at) => {
  hashes(value, at);
  if (!isObject(value)) return;
  for (const key of Object.keys(value))
    if (!Object.hasOwn(HASHES, key)) at.expected(`one of ${Object.keys(HASHES).join(', ')}`, key, section('2.5.1'));
};

const CVE = /^CVE-\d{4}-(?:0\d{3}|[1-9]\d{3,})$/;
const CAPEC = /^CAPEC-\d+$/;

/** CVE and CAPEC identifiers stand under their own source names and nowhere else. */
const sourceFits: Check = (reference, at) => {
  const { source_name: source, external_id: id } = reference;
  if (source === 'cve' || source === 'capec') {
    const form = source === 'cve' ? CVE : CAPEC;
    if (typeof id !== 'string' || !form.test(id)) at.expected(`external_id to be a ${source.toUpperCase()} identifier`, id, section('2.5'));
  } else {
    if (typeof id === 'string' && (CVE.test(id) || CAPEC.test(id))) at.error('source_name must be cve or capec for this external_id', section('2.5'));
    anyOf('external_id', 'description', 'url')(reference, at);
  }
};

/** External references (section 2.5). */
export const externalReferences: Rule = list(
  structure({
    others: 'any',
    properties: { source_name: string, description: string, url: uri, hashes: listedHashes, external_id: string },
    required: ['source_name'],
    checks: [sourceFits],
  }),
);

/** Granular markings (section 7.2.3.1): a marking or a language, of some content. */
const granularMarkings: Rule = list(
  structure({
    others: 'any',
    properties: {
      selectors: list(text('a selector like labels.[0]', isSelector, '7.2.3.1')),
      lang: string,
      marking_ref: identifier('marking-definition'),
    },
    required: ['selectors'],
    checks: [oneOf('lang', 'marking_ref')],
  }),
);

const facility: Rule = structure({
  others: 'custom',
  properties: { extension_type: closed(CLOSED.extensionType) },
  required: ['extension_type'],
});

const predefined: Rule = structure({ others: 'custom', properties: {} });

const notEmpty: Rule = (value, at) => {
  if (isObject(value) && Object.keys(value).length === 0) at.error('expected at least one property', section('2.3'));
};

/** Extensions under the ids of their definitions alone, as marking definitions have them (section 7.2.1.1). */
const definedExtensions: Rule = extensionsBy(() => undefined, 'the id of an extension-definition');

/** Extensions (section 3.2), each under the id of its definition or a name ending in `-ext`; `known` are those predefined for this type. */
export function extensions(known: Readonly<Record<string, Shape>> = {}): Rule {
  const rules = new Map(Object.entries(known).map(([name, shape]) => [name, structure(shape)]));
  return extensionsBy(
    (name) => (isExtensionName(name) ? (rules.get(name) ?? predefined) : undefined),
    'the id of an extension-definition, or a name ending in -ext',
  );
}

function extensionsBy(ruleOf: (name: string) => Rule | undefined, names: string): Rule {
  return (value, at) => {
    if (!isObject(value)) return at.expected('an object', value);
    if (Object.keys(value).length === 0) at.error('expected at least one extension');
    for (const [name, extension] of Object.entries(value)) {
      const rule = isExtensionId(name) ? facility : ruleOf(name);
      if (rule === undefined) at.expected(names, name, section('3.2'));
      else at.inside(name, rule, extension);
      at.inside(name, notEmpty, extension);
    }
  };
}

const typeName = text('a type name of lower-case words joined by hyphens', (value) => isTypeName(value) && value !== 'action', '3.1');

const MARKINGS = { object_marking_refs: list(identifierMeant('marking-definition')), granular_markings: granularMarkings };

/** Names kept for later versions of the standard (section 3.8). */
const notReserved: Check = (object, at) => {
  for (const name of ['severity', 'action', 'username', 'phone_numbers']) {
    if (Object.hasOwn(object, name)) at.error(`${name} is a reserved name`, section('3.8'));
  }
};

/** What domain, relationship and most meta objects have in common (section 3.2). */
export const DOMAIN: Shape = {
  others: 'custom',
  properties: {
    type: typeName,
    spec_version: closed(CLOSED.specVersion),
    id: identifier(),
    created_by_ref: identifierMeant('identity'),
    labels: strings,
    created: fineTimestamp,
    modified: fineTimestamp,
    revoked: boolean,
    confidence: integer(0, 100),
    lang: string,
    external_references: externalReferences,
    extensions: extensions(),
    ...MARKINGS,
  },
  required: ['type', 'spec_version', 'id', 'created', 'modified'],
  checks: [notReserved, inOrder('created', 'modified', '3.2')],
};

/** What cyber-observable objects have in common (section 3.2). */
export const OBSERVABLE: Shape = {
  others: 'custom',
  properties: {
    type: typeName,
    spec_version: closed(CLOSED.specVersion),
    id: identifier(),
    defanged: boolean,
    extensions: extensions(),
    ...MARKINGS,
  },
  required: ['type', 'id'],
  checks: [notReserved],
};

/** What marking definitions have in common with the rest (section 7.2.1). */
export const MARKING: Shape = {
  others: 'custom',
  properties: {
    type: typeName,
    spec_version: closed(CLOSED.specVersion),
    name: string,
    created_by_ref: identifierMeant('identity'),
    created: timestamp,
    external_references: externalReferences,
    object_marking_refs: list(identifier('marking-definition')),
    granular_markings: granularMarkings,
    extensions: definedExtensions,
  },
  required: ['type', 'spec_version', 'id', 'created'],
};

/** The shape of one type: the common one with its own properties, and an id of its own. */
export function typed(common: Shape, type: string, own: Omit<Shape, 'others'>): Shape {
  return {
    others: 'custom',
    properties: { ...common.properties, id: identifier(type), ...own.properties },
    required: [...(common.required ?? []), ...(own.required ?? [])],
    checks: [...(common.checks ?? []), ...(own.checks ?? [])],
  };
}

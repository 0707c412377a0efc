import { isObject } from '../../base/json.ts';
import { extensions, hashes, OBSERVABLE, typed } from './common.ts';
import { ACCOUNT_EXTENSIONS, FILE_EXTENSIONS, PROCESS_EXTENSIONS, TRAFFIC_EXTENSIONS, X509_V3 } from './extensions.ts';
import { isCpe, isEmail, isHostname, isIpv4, isIpv6, isLanguageTag, isMac, isMediaType } from './lexical.ts';
import {
  anyOf,
  binary,
  boolean,
  type Check,
  closed,
  dictionary,
  hex,
  inOrder,
  integer,
  list,
  looseReference,
  looseReferences,
  needs,
  oneOf,
  open,
  present,
  type Rule,
  type Shape,
  string,
  strings,
  structure,
  text,
  timestamp,
  uri,
} from './rules.ts';
import { CLOSED, OPEN } from './vocabulary.ts';

type Own = [section: string, own: Omit<Shape, 'others'>];

const times = { ctime: timestamp, mtime: timestamp, atime: timestamp };
const encoding = text('the name of a character set', (value) => /^[a-zA-Z0-9/.+_:-]{2,250}$/.test(value), '3.9.1');
const address = { resolves_to_refs: looseReferences, belongs_to_refs: looseReferences };

const payloadOrUrl: Check = (artifact, at) => {
  oneOf('payload_bin', 'url')(artifact, at);
  if (!Object.hasOwn(artifact, 'payload_bin')) needs('url', 'hashes')(artifact, at);
};

/** Header fields that have a property of their own. */
const OWN_HEADERS = new Set('date received_lines content_type from_ref sender_ref to_refs cc_refs bcc_refs subject'.split(' '));
const headerValue: Rule = (value, at) => {
  if (typeof value === 'string') return;
  if (!Array.isArray(value) || value.length < 2) return at.expected('text, or a list of two texts or more', value);
  strings(value, at);
};
const headers = dictionary(headerValue);
const otherHeaders: Rule = (value, at) => {
  headers(value, at);
  if (isObject(value)) for (const key of Object.keys(value)) if (OWN_HEADERS.has(key)) at.error(`${key} is a property of the message itself`);
};

const bodyFits: Check = (message, at) => {
  const wrong = message.is_multipart === true ? 'body' : message.is_multipart === false ? 'body_multipart' : undefined;
  if (wrong !== undefined && Object.hasOwn(message, wrong)) at.error(`${wrong} does not go with is_multipart ${message.is_multipart}`);
};

const mimePart = structure({
  others: 'any',
  properties: { body: string, body_raw_ref: looseReference, content_type: string, content_disposition: string },
  checks: [oneOf('body', 'body_raw_ref')],
});

/** `body` may be anything custom when the message is multipart, but then it may not stand at all; so both are typed always. */
const bodies = { body: string, body_multipart: list(mimePart) };

const activeHasNoEnd: Check = (traffic, at) => {
  if (traffic.is_active === true && Object.hasOwn(traffic, 'end')) at.error('end does not go with is_active true');
};

const stringOrInteger: Rule = (value, at) => (typeof value === 'string' ? undefined : integer()(value, at));
const port = integer(0, 65_535);

const registryValue = structure({
  others: 'any',
  properties: { name: string, data: string, data_type: closed(CLOSED.registryDatatype) },
  checks: [anyOf('name', 'data', 'data_type')],
});

/** Hives are written in full: `HKEY_LOCAL_MACHINE\…`. */
const registryKey = text('a registry key with its hive in full', (value) => !/^(?:HK(?:LM|CC|CR|CU|U)|hk(?:lm|cc|cr|cu|u))/.test(value), '6.17');

/** Some property of its own: the standard lets all be optional and one be required. */
function someOf(properties: Readonly<Record<string, Rule>>): Omit<Shape, 'others'> {
  return { properties, checks: [anyOf(...Object.keys(properties))] };
}

const OBSERVABLES: Readonly<Record<string, Own>> = {
  artifact: [
    '6.1',
    {
      properties: {
        mime_type: text('an IANA media type', isMediaType),
        payload_bin: binary,
        url: uri,
        hashes,
        encryption_algorithm: closed(CLOSED.encryption),
        decryption_key: string,
      },
      checks: [payloadOrUrl, needs('decryption_key', 'encryption_algorithm')],
    },
  ],
  'autonomous-system': ['6.2', { properties: { number: integer(), name: string, rir: string }, required: ['number'] }],
  directory: ['6.3', { properties: { path: string, path_enc: encoding, ...times, contains_refs: looseReferences }, required: ['path'] }],
  'domain-name': ['6.4', { properties: { value: text('a domain name', isHostname), resolves_to_refs: looseReferences }, required: ['value'] }],
  'email-addr': [
    '6.5',
    { properties: { value: text('an e-mail address', isEmail), display_name: string, belongs_to_ref: looseReference }, required: ['value'] },
  ],
  'email-message': [
    '6.6',
    {
      properties: {
        is_multipart: boolean,
        date: timestamp,
        content_type: string,
        from_ref: looseReference,
        sender_ref: looseReference,
        to_refs: looseReferences,
        cc_refs: looseReferences,
        bcc_refs: looseReferences,
        message_id: string,
        subject: string,
        received_lines: strings,
        additional_header_fields: otherHeaders,
        ...bodies,
        raw_email_ref: looseReference,
      },
      required: ['is_multipart'],
      checks: [bodyFits],
    },
  ],
  file: [
    '6.7',
    {
      properties: {
        extensions: extensions(FILE_EXTENSIONS),
        hashes,
        size: integer(0),
        name: string,
        name_enc: encoding,
        magic_number_hex: hex,
        mime_type: string,
        ...times,
        parent_directory_ref: looseReference,
        contains_refs: looseReferences,
        content_ref: looseReference,
      },
      checks: [anyOf('hashes', 'name')],
    },
  ],
  'ipv4-addr': ['6.8', { properties: { value: text('an IPv4 address or CIDR block', isIpv4), ...address }, required: ['value'] }],
  'ipv6-addr': ['6.9', { properties: { value: text('an IPv6 address or CIDR block', isIpv6), ...address }, required: ['value'] }],
  'mac-addr': ['6.10', { properties: { value: text('a MAC address in lower case', isMac) }, required: ['value'] }],
  mutex: ['6.11', { properties: { name: string }, required: ['name'] }],
  'network-traffic': [
    '6.12',
    {
      properties: {
        extensions: extensions(TRAFFIC_EXTENSIONS),
        start: timestamp,
        end: timestamp,
        is_active: boolean,
        src_ref: looseReference,
        dst_ref: looseReference,
        src_port: port,
        dst_port: port,
        protocols: strings,
        src_byte_count: integer(),
        dst_byte_count: integer(),
        src_packets: integer(),
        dst_packets: integer(),
        ipfix: dictionary(stringOrInteger),
        src_payload_ref: looseReference,
        dst_payload_ref: looseReference,
        encapsulates_refs: looseReferences,
        encapsulated_by_ref: looseReference,
      },
      required: ['protocols'],
      checks: [anyOf('src_ref', 'dst_ref'), activeHasNoEnd, inOrder('start', 'end')],
    },
  ],
  process: [
    '6.13',
    someOf({
      extensions: extensions(PROCESS_EXTENSIONS),
      is_hidden: boolean,
      pid: integer(),
      created_time: timestamp,
      cwd: string,
      command_line: string,
      environment_variables: dictionary(present),
      opened_connection_refs: looseReferences,
      creator_user_ref: looseReference,
      image_ref: looseReference,
      parent_ref: looseReference,
      child_refs: looseReferences,
    }),
  ],
  software: [
    '6.14',
    {
      properties: {
        name: string,
        cpe: text('a CPE 2.3 name', isCpe),
        swid: string,
        languages: list(text('a language tag (RFC 5646)', isLanguageTag)),
        vendor: string,
        version: string,
      },
      required: ['name'],
    },
  ],
  url: ['6.15', { properties: { value: uri }, required: ['value'] }],
  'user-account': [
    '6.16',
    someOf({
      extensions: extensions(ACCOUNT_EXTENSIONS),
      user_id: string,
      credential: string,
      account_login: string,
      account_type: open(OPEN.accountType),
      display_name: string,
      is_service_account: boolean,
      is_privileged: boolean,
      can_escalate_privs: boolean,
      is_disabled: boolean,
      account_created: timestamp,
      account_expires: timestamp,
      credential_last_changed: timestamp,
      account_first_login: timestamp,
      account_last_login: timestamp,
    }),
  ],
  'windows-registry-key': [
    '6.17',
    someOf({
      key: registryKey,
      values: list(registryValue),
      modified_time: timestamp,
      creator_user_ref: looseReference,
      number_of_subkeys: integer(),
    }),
  ],
  'x509-certificate': [
    '6.18',
    someOf({
      is_self_signed: boolean,
      hashes,
      version: string,
      serial_number: string,
      signature_algorithm: string,
      issuer: string,
      validity_not_before: timestamp,
      validity_not_after: timestamp,
      subject: string,
      subject_public_key_algorithm: string,
      subject_public_key_modulus: string,
      subject_public_key_exponent: integer(),
      x509_v3_extensions: X509_V3,
    }),
  ],
};

/** Cyber-observable objects (section 6): type, then section and shape. */
export const OBSERVABLE_SHAPES: ReadonlyMap<string, readonly [section: string, shape: Shape]> = new Map(
  Object.entries(OBSERVABLES).map(([type, [number, own]]) => [type, [number, typed(OBSERVABLE, type, own)]] as const),
);

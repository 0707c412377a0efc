import { hashes } from './common.ts';
import { isTimestamp } from './lexical.ts';
import {
  anyOf,
  boolean,
  type Check,
  closed,
  dictionary,
  hex,
  integer,
  list,
  looseReference,
  looseReferences,
  number,
  open,
  type Rule,
  type Shape,
  section,
  string,
  strings,
  structure,
  text,
  timestamp,
} from './rules.ts';
import { CLOSED, OPEN } from './vocabulary.ts';

const size = integer(0);

/** A predefined extension: at least one of its own properties, unless some are required. */
function extension(properties: Readonly<Record<string, Rule>>, ...required: readonly string[]): Shape {
  return { others: 'custom', properties, required, checks: required.length > 0 ? [] : [anyOf(...Object.keys(properties))] };
}

const notEmpty: Check = (object, at) => {
  if (Object.keys(object).length === 0) at.error('expected at least one property', section('2.3'));
};

const stream = structure({ others: 'any', properties: { name: string, hashes, size }, required: ['name'] });

const optionalHeader = structure({
  others: 'none',
  properties: {
    magic_hex: hex,
    major_linker_version: integer(),
    minor_linker_version: integer(),
    size_of_code: size,
    size_of_initialized_data: size,
    size_of_uninitialized_data: size,
    address_of_entry_point: integer(),
    base_of_code: integer(),
    base_of_data: integer(),
    image_base: integer(),
    section_alignment: integer(),
    file_alignment: integer(),
    major_os_version: integer(),
    minor_os_version: integer(),
    major_image_version: integer(),
    minor_image_version: integer(),
    major_subsystem_version: integer(),
    minor_subsystem_version: integer(),
    win32_version_value_hex: hex,
    size_of_image: size,
    size_of_headers: size,
    checksum_hex: hex,
    subsystem_hex: hex,
    dll_characteristics_hex: hex,
    size_of_stack_reserve: size,
    size_of_stack_commit: size,
    size_of_heap_reserve: size,
    size_of_heap_commit: size,
    loader_flags_hex: hex,
    number_of_rva_and_sizes: integer(),
    hashes,
  },
  checks: [notEmpty],
});

const peSection = structure({ others: 'any', properties: { name: string, size, entropy: number(), hashes }, required: ['name'] });
const stringOrInteger: Rule = (value, at) => (typeof value === 'string' ? undefined : integer()(value, at));

/** Extensions of a file (section 6.7). */
export const FILE_EXTENSIONS: Readonly<Record<string, Shape>> = {
  'archive-ext': extension({ contains_refs: looseReferences, comment: string }, 'contains_refs'),
  'ntfs-ext': extension({ sid: string, alternate_data_streams: list(stream) }),
  'pdf-ext': extension({ version: string, is_optimized: boolean, document_info_dict: dictionary(string), pdfid0: string, pdfid1: string }),
  'raster-image-ext': extension({
    image_height: integer(),
    image_width: integer(),
    bits_per_pixel: integer(),
    exif_tags: dictionary(stringOrInteger, (key) => /^[A-Z][a-zA-Z0-9_-]{1,249}$/.test(key), 'an EXIF tag name, beginning with a capital'),
  }),
  'windows-pebinary-ext': extension(
    {
      pe_type: open(OPEN.peType),
      imphash: string,
      machine_hex: hex,
      number_of_sections: size,
      time_date_stamp: text('a timestamp without decimals', (value) => isTimestamp(value) && !value.includes('.'), '6.7.6'),
      pointer_to_symbol_table_hex: hex,
      number_of_symbols: size,
      size_of_optional_header: size,
      characteristics_hex: hex,
      file_header_hashes: hashes,
      optional_header: optionalHeader,
      sections: list(peSection),
    },
    'pe_type',
  ),
};

const SOCKET_OPTION = /^(?:SO|ICMP|ICMP6|IP|IPV6|MCAST|TCP|IRLMP)(?:_[A-Z]+)+$/;

/** Extensions of network traffic (section 6.12). */
export const TRAFFIC_EXTENSIONS: Readonly<Record<string, Shape>> = {
  'http-request-ext': extension(
    {
      request_method: string,
      request_value: string,
      request_version: string,
      request_header: dictionary(strings, (key) => /^[a-zA-Z0-9_-]{1,250}$/.test(key)),
      message_body_length: integer(),
      message_body_data_ref: looseReference,
    },
    'request_method',
    'request_value',
  ),
  'icmp-ext': extension({ icmp_type_hex: hex, icmp_code_hex: hex }, 'icmp_type_hex', 'icmp_code_hex'),
  'socket-ext': extension(
    {
      address_family: closed(CLOSED.addressFamily),
      is_blocking: boolean,
      is_listening: boolean,
      options: dictionary(integer(), (key) => key.length <= 250 && SOCKET_OPTION.test(key), 'a socket option such as SO_KEEPALIVE'),
      socket_type: closed(CLOSED.socketType),
      socket_descriptor: size,
      socket_handle: integer(),
    },
    'address_family',
  ),
  'tcp-ext': extension({ src_flags_hex: hex, dst_flags_hex: hex }),
};

const startupText = ['lpDesktop', 'lpTitle', 'dwFillAttribute', 'dwFlags', 'wShowWindow', 'hStdInput', 'hStdOutput', 'hStdError'];
const startupNumber = ['cb', 'dwX', 'dwY', 'dwXSize', 'dwYSize', 'dwXCountChars', 'dwYCountChars'];

/** STARTUPINFO of Windows (section 6.13.2), without `lpReserved`, which Windows wants null and STIX therefore omitted. */
const startupInfo = structure({
  others: 'none',
  properties: {
    ...Object.fromEntries(startupText.map((name) => [name, string])),
    ...Object.fromEntries(startupNumber.map((name) => [name, integer()])),
    cbReserved2: integer(0, 0),
  },
  checks: [notEmpty],
});

/** Extensions of a process (section 6.13). */
export const PROCESS_EXTENSIONS: Readonly<Record<string, Shape>> = {
  'windows-process-ext': extension({
    aslr_enabled: boolean,
    dep_enabled: boolean,
    priority: string,
    owner_sid: string,
    window_title: string,
    startup_info: startupInfo,
    integrity_level: closed(CLOSED.integrityLevel),
  }),
  'windows-service-ext': extension({
    service_name: string,
    descriptions: strings,
    display_name: string,
    group_name: string,
    start_type: closed(CLOSED.serviceStart),
    service_dll_refs: looseReferences,
    service_type: closed(CLOSED.serviceType),
    service_status: closed(CLOSED.serviceStatus),
  }),
};

/** Extensions of a user account (section 6.16). */
export const ACCOUNT_EXTENSIONS: Readonly<Record<string, Shape>> = {
  'unix-account-ext': extension({ gid: number(), groups: strings, home_dir: string, shell: string }),
};

/** X.509 v3 extensions of a certificate (section 6.18.2), which are no extensions of STIX. */
export const X509_V3: Rule = (() => {
  const texts = `basic_constraints name_constraints policy_constraints key_usage extended_key_usage subject_key_identifier
    authority_key_identifier subject_alternative_name issuer_alternative_name subject_directory_attributes crl_distribution_points
    inhibit_any_policy certificate_policies policy_mappings`.split(/\s+/);
  const properties: Record<string, Rule> = {
    ...Object.fromEntries(texts.map((name) => [name, string])),
    private_key_usage_period_not_before: timestamp,
    private_key_usage_period_not_after: timestamp,
  };
  return structure({ others: 'any', properties, checks: [anyOf(...Object.keys(properties))] });
})();

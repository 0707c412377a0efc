/** Test only: one valid object of every STIX 2.1 type, with most of its properties, so that mutations reach every rule. */

type Sample = { readonly type: string; readonly [key: string]: unknown };

const UUID = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const id = (type: string) => `${type}--${UUID}`;
const T = '2021-06-16T11:35:00.000Z';
const LATER = '2021-06-16T15:05:00.000Z';
const SHA256 = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f';
const EXTENSION = id('extension-definition');

/** Properties that may stand on nearly every object. */
export const COMMON = {
  created_by_ref: id('identity'),
  revoked: false,
  labels: ['exercise'],
  confidence: 60,
  lang: 'en',
  external_references: [
    { source_name: 'cve', external_id: 'CVE-2021-3156' },
    { source_name: 'capec', external_id: 'CAPEC-163' },
    { source_name: 'a report', url: 'https://user@example.org:8080/a%20b?c=d#e', hashes: { 'SHA-256': SHA256 }, description: 'said so' },
  ],
  object_marking_refs: [id('marking-definition')],
  granular_markings: [
    { selectors: ['labels.[0]', 'id'], marking_ref: id('marking-definition') },
    { selectors: ['external_references.[2].hashes.SHA-256'], lang: 'fr' },
  ],
  extensions: { [EXTENSION]: { extension_type: 'property-extension', rank: 5, raw_bin: 'AAEC', raw_hex: '00ff' } },
};

const phases = [{ kill_chain_name: 'acme', phase_name: 'recon' }];
const seen = { first_seen: T, last_seen: LATER };

/** A domain, relationship or meta object. */
const domain = (type: string, own: object): Sample => ({ type, spec_version: '2.1', id: id(type), created: T, modified: LATER, ...COMMON, ...own });
/** A cyber-observable object. */
const seenThing = (type: string, own: object): Sample => ({
  type,
  id: id(type),
  spec_version: '2.1',
  object_marking_refs: COMMON.object_marking_refs,
  granular_markings: COMMON.granular_markings,
  defanged: false,
  ...own,
});

const DOMAIN: readonly Sample[] = [
  domain('attack-pattern', { name: 'a', description: 'd', aliases: ['b'], kill_chain_phases: phases }),
  domain('campaign', { name: 'a', description: 'd', aliases: ['b'], ...seen, objective: 'o' }),
  domain('course-of-action', { name: 'a', description: 'd' }),
  domain('grouping', { name: 'a', description: 'd', context: 'suspicious-activity', object_refs: [id('malware')] }),
  domain('identity', { name: 'a', roles: ['r'], identity_class: 'organization', sectors: ['energy'], contact_information: 'c' }),
  domain('incident', { name: 'a', description: 'd' }),
  domain('indicator', {
    name: 'a',
    indicator_types: ['malicious-activity'],
    pattern: "[ipv4-addr:value = '198.51.100.3']",
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: T,
    valid_until: LATER,
    kill_chain_phases: phases,
  }),
  domain('infrastructure', { name: 'a', infrastructure_types: ['botnet'], aliases: ['b'], kill_chain_phases: phases, ...seen }),
  domain('intrusion-set', {
    name: 'a',
    aliases: ['b'],
    ...seen,
    goals: ['g'],
    resource_level: 'club',
    primary_motivation: 'revenge',
    secondary_motivations: ['ideology'],
  }),
  domain('location', {
    name: 'a',
    latitude: 46.21,
    longitude: 6.17,
    precision: 10.5,
    region: 'europe',
    country: 'ch',
    city: 'Geneva',
    postal_code: '1207',
  }),
  domain('malware', {
    name: 'a',
    malware_types: ['ransomware'],
    is_family: true,
    aliases: ['b'],
    kill_chain_phases: phases,
    ...seen,
    operating_system_refs: [id('software')],
    architecture_execution_envs: ['x86'],
    implementation_languages: ['go'],
    capabilities: ['evades-av'],
    sample_refs: [id('file')],
  }),
  domain('malware-analysis', {
    product: 'p',
    version: '1',
    modules: ['m'],
    submitted: T,
    analysis_started: T,
    analysis_ended: LATER,
    result_name: 'r',
    result: 'malicious',
    host_vm_ref: id('software'),
    operating_system_ref: id('software'),
    installed_software_refs: [id('software')],
    analysis_sco_refs: [id('file')],
    sample_ref: id('file'),
  }),
  domain('note', { abstract: 'a', content: 'c', authors: ['x'], object_refs: [id('malware')] }),
  domain('observed-data', { first_observed: T, last_observed: LATER, number_observed: 2, object_refs: [id('file'), id('relationship')] }),
  domain('observed-data', { first_observed: T, last_observed: LATER, number_observed: 2, objects: { 0: { type: 'file', name: 'a' } } }),
  domain('opinion', { explanation: 'e', authors: ['x'], opinion: 'disagree', object_refs: [id('malware')] }),
  domain('report', { name: 'a', report_types: ['malware'], published: T, object_refs: [id('malware')] }),
  domain('threat-actor', {
    name: 'a',
    threat_actor_types: ['spy'],
    aliases: ['b'],
    ...seen,
    roles: ['agent'],
    goals: ['g'],
    sophistication: 'expert',
    resource_level: 'government',
    primary_motivation: 'dominance',
    secondary_motivations: ['ideology'],
    personal_motivations: ['revenge'],
  }),
  domain('tool', { name: 'a', tool_types: ['remote-access'], aliases: ['b'], kill_chain_phases: phases, tool_version: '1' }),
  domain('vulnerability', { name: 'CVE-2021-3156', description: 'd' }),
  domain('relationship', {
    relationship_type: 'uses',
    source_ref: id('malware'),
    target_ref: id('tool'),
    start_time: T,
    stop_time: LATER,
    description: 'd',
  }),
  domain('sighting', {
    ...seen,
    count: 2,
    sighting_of_ref: id('malware'),
    observed_data_refs: [id('observed-data')],
    where_sighted_refs: [id('identity'), id('location')],
    summary: true,
  }),
  domain('x-acme-treaty', { name: 'a', x_number: 5 }),
];

const { created_by_ref, external_references, object_marking_refs, granular_markings, extensions } = COMMON;
/** A marking definition; it has no versions. */
const marking = (own: object): Sample => ({
  type: 'marking-definition',
  spec_version: '2.1',
  id: id('marking-definition'),
  created: T,
  ...{ created_by_ref, external_references, object_marking_refs, granular_markings, extensions },
  ...own,
});

const META: readonly Sample[] = [
  domain('language-content', { object_ref: id('malware'), object_modified: T, contents: { fr: { name: 'b' }, 'zh-Hant': { name: 'c' } } }),
  domain('extension-definition', {
    name: 'a',
    schema: 's',
    version: '1.0.0',
    extension_types: ['toplevel-property-extension'],
    extension_properties: ['rank'],
  }),
  marking({ name: 'n', definition_type: 'statement', definition: { statement: 's' } }),
  marking({ definition_type: 'x-acme', definition: { level: 3 } }),
  {
    type: 'marking-definition',
    spec_version: '2.1',
    id: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
    created: '2017-01-20T00:00:00.000Z',
    definition_type: 'tlp',
    name: 'TLP:RED',
    definition: { tlp: 'red' },
  },
  {
    type: 'marking-definition',
    spec_version: '2.1',
    id: 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
    created: '2022-10-01T00:00:00.000Z',
    name: 'TLP:AMBER+STRICT',
    extensions: {
      'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d': { extension_type: 'property-extension', tlp_2_0: 'amber+strict' },
    },
  },
];

const PE = {
  pe_type: 'exe',
  imphash: 'i',
  machine_hex: '014c',
  number_of_sections: 4,
  time_date_stamp: '2016-01-22T12:31:12Z',
  file_header_hashes: { MD5: 'd41d8cd98f00b204e9800998ecf8427e' },
  optional_header: { magic_hex: '010b', size_of_code: 512, image_base: 4194304, hashes: { 'SHA-1': 'da39a3ee5e6b4b0d3255bfef95601890afd80709' } },
  sections: [{ name: 's', size: 1, entropy: 0.061, hashes: { SSDEEP: '3:a:b' } }],
};

const OBSERVABLES: readonly Sample[] = [
  seenThing('artifact', { mime_type: 'application/zip', payload_bin: 'AAECAw==', encryption_algorithm: 'AES-256-GCM', decryption_key: 'k' }),
  seenThing('artifact', { url: 'https://example.org/a.zip', hashes: { 'SHA-256': SHA256, x_own: 'h' } }),
  seenThing('autonomous-system', { number: 174, name: 'a', rir: 'RIPE' }),
  seenThing('directory', { path: '/a', path_enc: 'cp1252', ctime: T, mtime: T, atime: T, contains_refs: [id('file')] }),
  seenThing('domain-name', { value: 'www.example.org', resolves_to_refs: [id('ipv4-addr')] }),
  seenThing('email-addr', { value: 'a.b@example.org', display_name: 'a', belongs_to_ref: id('user-account') }),
  seenThing('email-message', {
    is_multipart: true,
    date: T,
    from_ref: id('email-addr'),
    to_refs: [id('email-addr')],
    subject: 's',
    received_lines: ['r'],
    additional_header_fields: { 'X-Mailer': 'm', 'Reply-To': ['a', 'b'] },
    body_multipart: [{ content_type: 'text/plain', body: 'b' }, { body_raw_ref: id('artifact') }],
  }),
  seenThing('email-message', { is_multipart: false, body: 'b', message_id: 'm', raw_email_ref: id('artifact'), cc_refs: [id('email-addr')] }),
  seenThing('file', {
    name: 'a',
    name_enc: 'utf-8',
    size: 5,
    hashes: { MD5: 'd41d8cd98f00b204e9800998ecf8427e', 'SHA-256': SHA256 },
    magic_number_hex: '1f8b',
    mime_type: 'm',
    ctime: T,
    parent_directory_ref: id('directory'),
    contains_refs: [id('file')],
    extensions: {
      'ntfs-ext': { sid: 's', alternate_data_streams: [{ name: 'n', size: 2 }] },
      'raster-image-ext': { image_height: 2, exif_tags: { Make: 'Acme', XResolution: 4928 } },
      'pdf-ext': { version: '1.7', is_optimized: true, document_info_dict: { Title: 't' }, pdfid0: 'p' },
      'archive-ext': { contains_refs: [id('file')], comment: 'c' },
      'windows-pebinary-ext': PE,
      'acme-thing-ext': { any_value: 1 },
    },
  }),
  seenThing('ipv4-addr', { value: '198.51.100.0/24', belongs_to_refs: [id('autonomous-system')] }),
  seenThing('ipv6-addr', { value: '2001:db8::1/64', resolves_to_refs: [id('mac-addr')] }),
  seenThing('mac-addr', { value: 'd2:fb:49:24:37:18' }),
  seenThing('mutex', { name: '__CLEANSWEEP__' }),
  seenThing('network-traffic', {
    start: T,
    end: LATER,
    is_active: false,
    src_ref: id('ipv4-addr'),
    dst_ref: id('ipv4-addr'),
    src_port: 24678,
    dst_port: 443,
    protocols: ['ipv4', 'tcp'],
    src_byte_count: 10,
    ipfix: { minimumIpTotalLength: 32, note: 'n' },
    encapsulates_refs: [id('network-traffic')],
    extensions: {
      'http-request-ext': { request_method: 'get', request_value: '/a', request_header: { Host: ['a'] }, message_body_length: 3 },
      'icmp-ext': { icmp_type_hex: '08', icmp_code_hex: '00' },
      'socket-ext': { address_family: 'AF_INET', socket_type: 'SOCK_STREAM', options: { SO_KEEPALIVE: 1 }, is_blocking: true, socket_descriptor: 3 },
      'tcp-ext': { src_flags_hex: '00000002' },
    },
  }),
  seenThing('process', {
    is_hidden: false,
    pid: 1221,
    created_time: T,
    cwd: '/',
    command_line: 'c',
    environment_variables: { PATH: '/bin' },
    opened_connection_refs: [id('network-traffic')],
    image_ref: id('file'),
    extensions: {
      'windows-process-ext': { aslr_enabled: true, priority: 'p', startup_info: { cb: 5, lpDesktop: 'd', cbReserved2: 0 }, integrity_level: 'high' },
      'windows-service-ext': {
        service_name: 's',
        descriptions: ['d'],
        start_type: 'SERVICE_AUTO_START',
        service_type: 'SERVICE_WIN32_OWN_PROCESS',
        service_status: 'SERVICE_RUNNING',
        service_dll_refs: [id('file')],
      },
    },
  }),
  seenThing('software', {
    name: 'a',
    cpe: 'cpe:2.3:a:acme:mail\\:er:1.0:*:*:en-us:*:*:*:*',
    languages: ['en', 'zh-Hant'],
    vendor: 'v',
    version: '1',
    swid: 's',
  }),
  seenThing('url', { value: 'https://example.org/a' }),
  seenThing('user-account', {
    user_id: '1001',
    credential: 'c',
    account_login: 'l',
    account_type: 'unix',
    is_privileged: false,
    account_created: T,
    extensions: { 'unix-account-ext': { gid: 1001, groups: ['wheel'], home_dir: '/h', shell: '/s' } },
  }),
  seenThing('windows-registry-key', {
    key: 'HKEY_LOCAL_MACHINE\\System\\Foo',
    values: [{ name: 'n', data: 'd', data_type: 'REG_SZ' }],
    modified_time: T,
    creator_user_ref: id('user-account'),
    number_of_subkeys: 2,
  }),
  seenThing('x509-certificate', {
    is_self_signed: false,
    hashes: { TLSH: 'a'.repeat(70) },
    serial_number: '36:f7',
    validity_not_before: T,
    validity_not_after: LATER,
    subject_public_key_exponent: 65537,
    x509_v3_extensions: { basic_constraints: 'c', private_key_usage_period_not_before: T },
  }),
  seenThing('x-acme-sensor', { reading: 4 }),
];

/** Valid objects: every type, several of them in more than one form. */
export const SAMPLES: readonly Sample[] = [...DOMAIN, ...META, ...OBSERVABLES];

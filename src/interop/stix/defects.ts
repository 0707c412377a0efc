/**
 * Where our verdict differs from the published JSON Schemas of STIX 2.1 (oasis-open/cti-stix2-json-schemas) on purpose.
 *
 * Everywhere else the two agree, and the tests hold them to it over examples and tens of thousands of changed objects: each row names a
 * correction the tests make to the published schemas before they compare.
 */
export const DEFECTS = {
  'type and extension names': ['3.1', 'the pattern repeats inside a repetition: exponential time; names beyond 250 characters are refused too'],
  'property names': [
    '3.1',
    'the pattern lets any name through that begins with three good letters or ends in "id"; marking definitions are not looked at',
  ],
  alternatives: [
    '6.17',
    'a|b|c is anchored at its ends only: a marking type "xtlp" is refused, and a registry key with HKCU anywhere; names of startup information pass half',
  ],
  integers: ['2.10', 'whole numbers beyond 2^53 - 1 are let through'],
  'granular markings': [
    '7.2.3.1',
    'a language without marking and selectors of keys like SHA-256 are refused, a language with a marking is let through',
  ],
  'observed objects': ['2.13', 'the deprecated container of STIX 2.0 objects is held to STIX 2.1, ids included'],
  'observed references': ['4.14', 'file--anything passes as an identifier, and a custom type named toolbox is taken for a tool'],
  'ipv6-addr': ['6.9', 'the pattern lost its backslashes: "::ffff:198.51.100.3" is refused and "sss::1" is let through'],
  'some property': [
    '6.13',
    'lists of which one is required name properties of STIX 2.0 (created, modified) and forget newer ones (created_time, modified_time)',
  ],
  'header fields': ['6.6', 'fields that have a property of their own are refused only when there is no other'],
  'data streams': ['6.7.3', 'an alternate data stream may be anything but an object'],
  cpe: ['6.14', 'the pattern is not anchored: any text around a CPE name passes'],
  languages: ['6.14', 'well-formed tags of RFC 5646 are refused (zh-Hant), and the pattern takes quadratic time'],
  URLs: ['2.5', 'format "uri" as it is usually checked takes https://a:b:c for a path'],
  'TLP 2.0': ['7.3', 'extensions are not looked into: an id of TLP:RED that says clear is let through'],
} as const satisfies Record<string, readonly [section: string, reason: string]>;

import { DOMAIN, killChainPhases, typed } from './common.ts';
import { isIdentifier, typeOfIdentifier } from './lexical.ts';
import {
  anyOf,
  boolean,
  type Check,
  closed,
  dictionary,
  identifier,
  identifierExcept,
  inOrder,
  integer,
  list,
  looseReferences,
  needs,
  number,
  oneOf,
  open,
  type Rule,
  type Shape,
  section,
  string,
  strings,
  structure,
  text,
  timestamp,
  together,
} from './rules.ts';
import { CLOSED, OPEN } from './vocabulary.ts';

/** Number of a type's section in the standard, and its own properties beside the common ones. */
type Own = [section: string, own: Omit<Shape, 'others'>];

const named = { name: string, description: string };
const seen = { first_seen: timestamp, last_seen: timestamp };
const anyObjects = list(identifier());

const contained: Rule = structure({ others: 'any', properties: { type: string }, required: ['type'] });
const container: Rule = dictionary(contained, () => true);

/** The deprecated container holds objects as STIX 2.0 wrote them, keyed by any text and without ids: only their type is looked at. */
const observableContainer: Rule = (value, at) => {
  at.warn('is deprecated: object_refs takes its place', section('2.13'));
  container(value, at);
};

const familyHasName: Check = (malware, at) => {
  if (malware.is_family === true && !Object.hasOwn(malware, 'name')) at.error('name is required of a family');
};

const DOMAIN_OWN: Readonly<Record<string, Own>> = {
  'attack-pattern': ['4.1', { properties: { ...named, aliases: strings, kill_chain_phases: killChainPhases }, required: ['name'] }],
  campaign: [
    '4.2',
    { properties: { ...named, ...seen, aliases: strings, objective: string }, required: ['name'], checks: [inOrder('first_seen', 'last_seen')] },
  ],
  'course-of-action': ['4.3', { properties: named, required: ['name'] }],
  grouping: ['4.4', { properties: { ...named, context: open(OPEN.groupingContext), object_refs: anyObjects }, required: ['context', 'object_refs'] }],
  identity: [
    '4.5',
    {
      properties: {
        ...named,
        roles: strings,
        identity_class: open(OPEN.identityClass),
        sectors: list(open(OPEN.industrySector)),
        contact_information: string,
      },
      required: ['name'],
    },
  ],
  incident: ['4.6', { properties: named, required: ['name'] }],
  indicator: [
    '4.7',
    {
      properties: {
        ...named,
        indicator_types: list(open(OPEN.indicatorType)),
        pattern: string,
        pattern_type: open(OPEN.patternType),
        pattern_version: string,
        valid_from: timestamp,
        valid_until: timestamp,
        kill_chain_phases: killChainPhases,
      },
      required: ['pattern', 'pattern_type', 'valid_from'],
      checks: [inOrder('valid_from', 'valid_until')],
    },
  ],
  infrastructure: [
    '4.8',
    {
      properties: {
        ...named,
        ...seen,
        infrastructure_types: list(open(OPEN.infrastructureType)),
        aliases: strings,
        kill_chain_phases: killChainPhases,
      },
      required: ['name'],
      checks: [inOrder('first_seen', 'last_seen')],
    },
  ],
  'intrusion-set': [
    '4.9',
    {
      properties: {
        ...named,
        ...seen,
        aliases: strings,
        goals: strings,
        resource_level: open(OPEN.resourceLevel),
        primary_motivation: open(OPEN.motivation),
        secondary_motivations: list(open(OPEN.motivation)),
      },
      required: ['name'],
      checks: [inOrder('first_seen', 'last_seen')],
    },
  ],
  location: [
    '4.10',
    {
      properties: {
        ...named,
        latitude: number(-90, 90),
        longitude: number(-180, 180),
        precision: number(),
        region: open(OPEN.region),
        country: string,
        administrative_area: string,
        city: string,
        street_address: string,
        postal_code: string,
      },
      checks: [anyOf('region', 'country', 'latitude'), together('latitude', 'longitude'), needs('precision', 'latitude', 'longitude')],
    },
  ],
  malware: [
    '4.11',
    {
      properties: {
        ...named,
        ...seen,
        malware_types: list(open(OPEN.malwareType)),
        is_family: boolean,
        aliases: strings,
        kill_chain_phases: killChainPhases,
        operating_system_refs: list(identifier('software')),
        architecture_execution_envs: list(open(OPEN.processorArchitecture)),
        implementation_languages: list(open(OPEN.implementationLanguage)),
        capabilities: list(open(OPEN.malwareCapabilities)),
        sample_refs: looseReferences,
      },
      required: ['is_family'],
      checks: [familyHasName, inOrder('first_seen', 'last_seen')],
    },
  ],
  'malware-analysis': [
    '4.12',
    {
      properties: {
        product: string,
        version: string,
        configuration_version: string,
        modules: strings,
        analysis_engine_version: string,
        analysis_definition_version: string,
        submitted: timestamp,
        analysis_started: timestamp,
        analysis_ended: timestamp,
        result_name: string,
        result: open(OPEN.malwareResult),
        host_vm_ref: identifier('software'),
        operating_system_ref: identifier('software'),
        installed_software_refs: list(identifier('software')),
        analysis_sco_refs: anyObjects,
        sample_ref: identifier('artifact', 'file', 'network-traffic'),
      },
      required: ['product'],
      checks: [anyOf('result', 'analysis_sco_refs'), inOrder('analysis_started', 'analysis_ended')],
    },
  ],
  note: [
    '4.13',
    { properties: { abstract: string, content: string, authors: strings, object_refs: anyObjects }, required: ['content', 'object_refs'] },
  ],
  opinion: [
    '4.15',
    {
      properties: { explanation: string, authors: strings, opinion: closed(CLOSED.opinion), object_refs: anyObjects },
      required: ['opinion', 'object_refs'],
    },
  ],
  report: [
    '4.16',
    {
      properties: { ...named, report_types: list(open(OPEN.reportType)), published: timestamp, object_refs: anyObjects },
      required: ['name', 'published', 'object_refs'],
    },
  ],
  'threat-actor': [
    '4.17',
    {
      properties: {
        ...named,
        ...seen,
        threat_actor_types: list(open(OPEN.threatActorType)),
        aliases: strings,
        roles: list(open(OPEN.threatActorRole)),
        goals: strings,
        sophistication: open(OPEN.sophistication),
        resource_level: open(OPEN.resourceLevel),
        primary_motivation: open(OPEN.motivation),
        secondary_motivations: list(open(OPEN.motivation)),
        personal_motivations: list(open(OPEN.motivation)),
      },
      required: ['name'],
      checks: [inOrder('first_seen', 'last_seen')],
    },
  ],
  tool: [
    '4.18',
    {
      properties: {
        ...named,
        tool_types: list(open(OPEN.toolType)),
        aliases: strings,
        kill_chain_phases: killChainPhases,
        tool_version: string,
      },
      required: ['name'],
    },
  ],
  vulnerability: ['4.19', { properties: named, required: ['name'] }],
};

/** The types of section 4; what observed data may refer to is everything else. */
const DOMAIN_TYPES = new Set([...Object.keys(DOMAIN_OWN), 'observed-data']);

const notDomain = text(
  'the identifier of a cyber-observable or a relationship',
  (value) => isIdentifier(value) && !DOMAIN_TYPES.has(typeOfIdentifier(value)),
  '4.14',
);

const OBSERVED_DATA: Own = [
  '4.14',
  {
    properties: {
      first_observed: timestamp,
      last_observed: timestamp,
      number_observed: integer(1, 999_999_999),
      objects: observableContainer,
      object_refs: list(notDomain),
    },
    required: ['first_observed', 'last_observed', 'number_observed'],
    checks: [oneOf('objects', 'object_refs'), inOrder('first_observed', 'last_observed')],
  },
];

const end = identifierExcept('relationship', 'sighting', 'bundle', 'marking-definition', 'language-content');

const RELATIONSHIPS: Readonly<Record<string, Own>> = {
  relationship: [
    '5.1',
    {
      properties: {
        relationship_type: text('lower-case letters, digits and hyphens', (value) => /^[a-z0-9-]+$/.test(value)),
        description: string,
        source_ref: end,
        target_ref: end,
        start_time: timestamp,
        stop_time: timestamp,
      },
      required: ['relationship_type', 'source_ref', 'target_ref'],
      checks: [inOrder('start_time', 'stop_time')],
    },
  ],
  sighting: [
    '5.2',
    {
      properties: {
        ...seen,
        description: string,
        count: integer(0, 999_999_999),
        sighting_of_ref: end,
        observed_data_refs: list(identifier('observed-data')),
        where_sighted_refs: list(identifier('identity', 'location')),
        summary: boolean,
      },
      required: ['sighting_of_ref'],
      checks: [inOrder('first_seen', 'last_seen')],
    },
  ],
};

/** Domain and relationship objects: type, then section and shape. */
export const DOMAIN_SHAPES: ReadonlyMap<string, readonly [section: string, shape: Shape]> = new Map(
  [...Object.entries(DOMAIN_OWN), ['observed-data', OBSERVED_DATA] as const, ...Object.entries(RELATIONSHIPS)].map(
    ([type, [number, own]]) => [type, [number, typed(DOMAIN, type, own)]] as const,
  ),
);

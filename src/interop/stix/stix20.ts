import type { JsonObject } from '../../base/json.ts';
import { plain, type Report } from '../report.ts';
import { isIdentifier, isTimestamp, typeOfIdentifier } from './lexical.ts';

/** Section of STIX 2.0 part 2 and what an object must have beside the common properties. */
const REQUIRED: ReadonlyMap<string, readonly [section: string, names: string]> = new Map([
  ['attack-pattern', ['2.1', 'name']],
  ['campaign', ['2.2', 'name']],
  ['course-of-action', ['2.3', 'name']],
  ['identity', ['2.4', 'name identity_class']],
  ['indicator', ['2.5', 'labels pattern valid_from']],
  ['intrusion-set', ['2.6', 'name']],
  ['malware', ['2.7', 'labels name']],
  ['observed-data', ['2.8', 'first_observed last_observed number_observed objects']],
  ['report', ['2.9', 'labels name published object_refs']],
  ['threat-actor', ['2.10', 'labels name']],
  ['tool', ['2.11', 'labels name']],
  ['vulnerability', ['2.12', 'name']],
  ['relationship', ['3.1', 'relationship_type source_ref target_ref']],
  ['sighting', ['3.2', 'sighting_of_ref']],
]);

/** Reports what is wrong with the shape of one STIX 2.0 object: identifier, times, and what its type requires; not every property's form. */
export function checkObject20(object: JsonObject, at: Report): void {
  const { type, id } = object;
  at.section = 'STIX 2.0 part 1 section 3.1';
  if (typeof type !== 'string') {
    at.expected('type to be the name of an object type', type);
    return;
  }
  at.kind = plain(type);
  if (typeof id !== 'string' || !isIdentifier(id) || typeOfIdentifier(id) !== type) at.expected(`id to be ${plain(type)}-- and a UUID`, id);
  const marking = type === 'marking-definition';
  for (const name of ['created', 'modified']) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value === undefined && marking && name === 'modified') continue;
    if (typeof value !== 'string' || !isTimestamp(value)) at.expected(`${name} to be a timestamp`, value);
  }
  const [section, names] = REQUIRED.get(type) ?? (marking ? ['4.1', 'definition_type definition'] : ['', '']);
  at.section = `STIX 2.0 part ${marking ? 1 : 2} section ${section}`;
  for (const name of names.split(' ')) if (name !== '' && !Object.hasOwn(object, name)) at.error(`${name} is required`);
}

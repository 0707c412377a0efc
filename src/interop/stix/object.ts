import type { JsonObject } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { plain, type Report, textOf } from '../report.ts';
import { DOMAIN, OBSERVABLE } from './common.ts';
import { DOMAIN_SHAPES } from './domain.ts';
import { isIdentifier, typeOfIdentifier } from './lexical.ts';
import { META_SHAPES } from './meta.ts';
import { OBSERVABLE_SHAPES } from './observable.ts';
import { checkShape, type Shape, section } from './rules.ts';

const SHAPES: ReadonlyMap<string, readonly [section: string, shape: Shape]> = new Map([...DOMAIN_SHAPES, ...OBSERVABLE_SHAPES, ...META_SHAPES]);

/** The object types STIX 2.1 defines, `bundle` aside. */
export const STIX21_TYPES: readonly string[] = [...SHAPES.keys()];

/** Whether the type is a cyber-observable of STIX 2.1, the only objects that need no `spec_version`. */
export function isObservableType(type: string): boolean {
  return OBSERVABLE_SHAPES.has(type);
}

/**
 * Reports what is wrong with one STIX 2.1 object.
 *
 * An error is what the schemas published with the standard refuse (defects.ts lists the exceptions); what only its text
 * requires is a warning. A type the standard does not define is checked for the common properties alone.
 */
export function checkObject(object: JsonObject, at: Report): void {
  const { type } = object;
  if (typeof type !== 'string') {
    at.expected('type to be the name of an object type', type, section('3.2'));
    return;
  }
  at.kind = plain(type);
  const [number, shape] = SHAPES.get(type) ?? custom(object, type, at);
  at.section = section(number);
  checkShape(object, shape, at);
  if (object.spec_version === '2.0') at.warn('spec_version should be 2.1', section('3.2'));
}

/** Cyber-observables have no time of creation, which is how a custom type shows what it is. */
function custom(object: JsonObject, type: string, at: Report): readonly [section: string, shape: Shape] {
  if (!declaresNewType(object)) at.note(`STIX 2.1 has no type ${plain(type)}: only its common properties were checked`);
  const id = textOf(object.id);
  if (isIdentifier(id) && typeOfIdentifier(id) !== type) at.warn(`the id should begin with ${plain(type)}--`, section('2.9'));
  return Object.hasOwn(object, 'created') || Object.hasOwn(object, 'modified') ? ['3.2', DOMAIN] : ['3.2', OBSERVABLE];
}

/** Whether an extension of the object says that it defines the type (section 7.3). */
function declaresNewType({ extensions }: JsonObject): boolean {
  if (!isObject(extensions)) return false;
  return Object.values(extensions).some((extension) => isObject(extension) && /^new-s[dcr]o$/.test(textOf(extension.extension_type)));
}

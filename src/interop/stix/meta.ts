import { isObject, type JsonObject } from '../../base/json.ts';
import { type Report, textOf } from '../report.ts';
import { DOMAIN, MARKING, typed } from './common.ts';
import { type Check, closed, dictionary, identifierExcept, list, present, type Shape, section, string, strings, timestamp } from './rules.ts';
import { CLOSED } from './vocabulary.ts';

/** The key of the TLP 2.0 extension (OASIS CTI TC common objects, extension-definition-specifications/tlp-2.0). */
export const TLP2_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';

/** The five markings of TLP 2.0 by id: the value of `tlp_2_0`. */
export const TLP2: ReadonlyMap<string, string> = new Map([
  ['marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487', 'clear'],
  ['marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb', 'green'],
  ['marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421', 'amber'],
  ['marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003', 'amber+strict'],
  ['marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1', 'red'],
]);

/** The four markings of TLP 1 that STIX predefines (section 7.2.1.4), by id: the value of `tlp`. */
export const TLP1: ReadonlyMap<string, string> = new Map([
  ['marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9', 'white'],
  ['marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da', 'green'],
  ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82', 'amber'],
  ['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed', 'red'],
]);

const TLP1_CREATED = '2017-01-20T00:00:00.000Z';
const TLP1_PROPERTIES = new Set(['type', 'spec_version', 'id', 'created', 'definition_type', 'name', 'definition']);

/** One of the four predefined objects, to the letter: nobody may define another TLP (section 7.2.1.4). */
function checkTlp1(marking: JsonObject, at: Report): void {
  const cited = section('7.2.1.4');
  const color = TLP1.get(textOf(marking.id));
  if (color === undefined) {
    at.expected('the id of one of the four TLP markings', marking.id, cited);
    return;
  }
  if (marking.name !== `TLP:${color.toUpperCase()}`) at.expected(`name TLP:${color.toUpperCase()}`, marking.name, cited);
  if (marking.created !== TLP1_CREATED) at.expected(`created ${TLP1_CREATED}`, marking.created, cited);
  if (marking.spec_version !== '2.1') at.expected('spec_version 2.1', marking.spec_version, cited);
  const { definition } = marking;
  if (!isObject(definition)) at.expected('definition to be an object', definition, cited);
  else if (Object.hasOwn(definition, 'tlp') && definition.tlp !== color) at.expected(`definition.tlp ${color}`, definition.tlp, cited);
  for (const name of Object.keys(marking))
    if (!TLP1_PROPERTIES.has(name)) at.expected('no property beside those of the predefined marking', name, cited);
}

/** A marking that carries the TLP 2.0 extension, or an id of TLP 2.0, is one of the five to the letter. */
function checkTlp2(marking: JsonObject, at: Report): void {
  const cited = 'TLP 2.0 extension of STIX 2.1';
  const extensions = isObject(marking.extensions) ? marking.extensions : {};
  const extension = Object.hasOwn(extensions, TLP2_EXTENSION) ? extensions[TLP2_EXTENSION] : undefined;
  const color = TLP2.get(textOf(marking.id));
  if (extension === undefined) {
    if (color !== undefined) at.error(`this id is TLP:${color.toUpperCase()} of TLP 2.0, whose extension is missing`, cited);
    return;
  }
  if (color === undefined) {
    at.expected('the id of one of the five TLP 2.0 markings', marking.id, cited);
    return;
  }
  const { extension_type: type, tlp_2_0: value, ...others } = isObject(extension) ? extension : {};
  if (value !== color) at.expected(`tlp_2_0 ${color}, for which this id stands`, value, cited);
  if (type !== 'property-extension') at.expected('extension_type property-extension', type, cited);
  if (marking.name !== `TLP:${color.toUpperCase()}`) at.expected(`name TLP:${color.toUpperCase()}`, marking.name, cited);
  if (marking.spec_version !== '2.1') at.expected('spec_version 2.1', marking.spec_version, cited);
  for (const name of Object.keys(others)) at.expected('no further property in the TLP 2.0 extension', name, cited);
  for (const name of Object.keys(extensions)) if (name !== TLP2_EXTENSION) at.expected('no extension beside TLP 2.0', name, cited);
}

/** What a marking says: a statement, a predefined TLP, some other object, or whatever its extensions say (section 7.2.1.1). */
const definition: Check = (marking, at) => {
  const { definition_type: type, definition: said } = marking;
  if (type === 'tlp') return checkTlp1(marking, at);
  checkTlp2(marking, at);
  const extended = Object.hasOwn(marking, 'extensions');
  for (const name of ['definition_type', 'definition']) {
    if (!Object.hasOwn(marking, name) && (!extended || type === 'statement')) at.error(`${name} is required`);
  }
  if (said !== undefined && !isObject(said)) at.expected('definition to be an object', said);
  if (type === 'statement' && isObject(said) && typeof said.statement !== 'string')
    at.expected('definition.statement to be text', said.statement, section('7.2.1.3'));
  const color = TLP1.get(textOf(marking.id));
  if (color !== undefined) at.warn(`this id is the predefined TLP:${color.toUpperCase()}, and the object is another`, section('7.2.1.4'));
};

const toplevelOnly: Check = (extension, at) => {
  const { extension_types: types } = extension;
  if (Object.hasOwn(extension, 'extension_properties') && Array.isArray(types) && !types.includes('toplevel-property-extension')) {
    at.error('extension_properties is for extensions of type toplevel-property-extension');
  }
  if (!Object.hasOwn(extension, 'created_by_ref')) at.warn('created_by_ref is required by the text of the standard');
};

/** Meta objects (section 7): type, then section and shape. */
export const META_SHAPES: ReadonlyMap<string, readonly [section: string, shape: Shape]> = new Map([
  [
    'language-content',
    [
      '7.1',
      typed(DOMAIN, 'language-content', {
        properties: {
          object_ref: identifierExcept('bundle', 'language-content'),
          object_modified: timestamp,
          contents: dictionary(),
        },
        required: ['object_ref', 'contents'],
      }),
    ],
  ],
  [
    'marking-definition',
    ['7.2.1', typed(MARKING, 'marking-definition', { properties: { definition_type: string, definition: present }, checks: [definition] })],
  ],
  [
    'extension-definition',
    [
      '7.3',
      typed(DOMAIN, 'extension-definition', {
        properties: {
          name: string,
          description: string,
          schema: string,
          version: string,
          extension_types: list(closed(CLOSED.extensionType)),
          extension_properties: strings,
        },
        required: ['name', 'schema', 'version', 'extension_types'],
        checks: [toplevelOnly],
      }),
    ],
  ],
]);

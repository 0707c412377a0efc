import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { plain, textOf } from './report.ts';
import type { LookedAtXml } from './xml.ts';

/** A format that is told by name and not validated: what was looked at is that the file can be read and has the format's root. */
export type Recognised = { readonly format: string; readonly version: string | null; readonly counts: Readonly<Record<string, number>> };

/** MISP, CSAF or IODEF (RFC 8727) as JSON; `undefined` when it is none of them. */
export function recogniseJson(value: Json): Recognised | undefined {
  const event = mispEvent(value);
  if (event !== undefined) return { format: 'misp', version: null, counts: { attributes: sizeOf(event.Attribute), objects: sizeOf(event.Object) } };
  if (!isObject(value)) return undefined;
  const { document, Incident: incidents } = value;
  if (isObject(document) && typeof document.csaf_version === 'string') {
    const product = isObject(value.product_tree) ? 1 : 0;
    return {
      format: 'csaf',
      version: plain(document.csaf_version, 10),
      counts: { product_tree: product, vulnerabilities: sizeOf(value.vulnerabilities) },
    };
  }
  if (Array.isArray(incidents) && typeof value.version === 'string') {
    return { format: 'iodef', version: plain(value.version, 10), counts: { incidents: incidents.length } };
  }
  return undefined;
}

/** An export holds `Event`, is a list of such, holds a `response` that is such a list, or is the bare event. */
function mispEvent(value: Json): JsonObject | undefined {
  if (isObject(value) && typeof value.uuid === 'string' && Array.isArray(value.Attribute)) return value;
  const list = isObject(value) && Array.isArray(value.response) ? value.response : Array.isArray(value) ? value : [value];
  const [first] = list;
  if (!isObject(first) || !isObject(first.Event)) return undefined;
  const event = first.Event;
  return ['uuid', 'info', 'Attribute'].some((name) => Object.hasOwn(event, name)) ? event : undefined;
}

function sizeOf(value: Json | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

/** STIX 1.x or IODEF (RFC 5070, RFC 7970) by the root element and its namespace; `undefined` when it is neither. */
export function recogniseXml({ root, namespace, attributes, elements }: LookedAtXml): Recognised | undefined {
  const stated = textOf(attributes.get('version'));
  if (root === 'STIX_Package' && /^http:\/\/(?:stix\.mitre\.org|docs\.oasis-open\.org\/cti\/ns\/stix)\//.test(namespace)) {
    return { format: 'stix', version: /^1\.[0-9.]{1,8}$/.test(stated) ? stated : '1.x', counts: { elements } };
  }
  if (root === 'IODEF-Document') {
    const version = /^urn:ietf:params:xml:ns:iodef-([12]\.[0-9]{1,2})$/.exec(namespace)?.[1];
    if (version !== undefined) return { format: 'iodef', version, counts: { elements } };
  }
  return undefined;
}

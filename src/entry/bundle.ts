import { concatAll, fromUtf8, parseDecimal, utf8 } from '../base/bytes.ts';
import { assert } from '../base/errors.ts';

const HEADER = 'parley-bundle/1\n';
const NEWLINE = utf8('\n');
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** Characters of an item's name: ours have at most 60. */
const MAX_NAME_LENGTH = 200;

/** A named item of a bundle. */
export type BundleItem = { readonly name: string; readonly bytes: Uint8Array };

/**
 * A `parley-bundle/1` (spec/bundle.md): that line, then items `<name> <length>\n<bytes>\n`. Push body, diplomatic bag and record export are bundles.
 * Example: `parley-bundle/1\ncharter 2\n{}\n`.
 */
export function formatBundle(items: readonly BundleItem[]): Uint8Array {
  return concatAll([BUNDLE_HEADER, ...items.flatMap(partsOf)]);
}

/** The first line of a bundle; items follow it, so that a bundle can be written part by part. */
export const BUNDLE_HEADER: Uint8Array = utf8(HEADER);

/** One item of a bundle. */
export function formatBundleItem(item: BundleItem): Uint8Array {
  return concatAll(partsOf(item));
}

function partsOf({ name, bytes }: BundleItem): readonly Uint8Array[] {
  assert(NAME.test(name) && name.length <= MAX_NAME_LENGTH, `a bundle item name is a relative path, not "${name}"`);
  return [utf8(`${name} ${bytes.length}\n`), bytes, NEWLINE];
}

/** The items of a bundle in order, or what was expected; names are relative paths without `..`, and none stands twice. */
export function parseBundle(bytes: Uint8Array): { items: readonly BundleItem[] } | { expected: string } {
  const header = utf8(HEADER);
  if (bytes.length < header.length || fromUtf8(bytes.subarray(0, header.length)) !== HEADER) return { expected: 'the line parley-bundle/1' };
  const items: BundleItem[] = [];
  const names = new Set<string>();
  let at = header.length;
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at);
    if (end === -1 || end - at > 230) return { expected: 'an item line "<name> <length>"' };
    const [name, length, ...rest] = (fromUtf8(bytes.subarray(at, end)) ?? '').split(' ');
    const size = length === undefined || rest.length > 0 ? undefined : parseDecimal(length);
    if (name === undefined || name.length > MAX_NAME_LENGTH || !NAME.test(name) || size === undefined)
      return { expected: 'an item line "<name> <length>"' };
    if (names.has(name)) return { expected: `the item ${name} once` };
    const from = end + 1;
    if (from + size + 1 > bytes.length) return { expected: `${size} bytes of ${name}; the file is cut off` };
    if (bytes[from + size] !== 10) return { expected: `a newline after ${name}` };
    names.add(name);
    items.push({ name, bytes: bytes.subarray(from, from + size) });
    at = from + size + 1;
  }
  return { items };
}

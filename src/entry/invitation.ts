import { concat, toBase64url, utf8 } from '../base/bytes.ts';
import type { Sha256 } from '../base/ports.ts';
import { BUNDLE_HEADER, formatBundle, parseBundle } from './bundle.ts';

/** Bytes of an invitation with every pack that a charter may name, and room for its note. */
export const MAX_INVITATION_SIZE = 5 * 1024 * 1024;

/** What one side hands over to invite the other: its signed note, and the texts of packs that the other side may not have. */
export type Invitation = { readonly note: Uint8Array; readonly packs: readonly Uint8Array[] };

/** The file of an invitation (spec/charter.md): the note alone, or a `parley-bundle/1` of the items `invite` and `packs/<hash>` where there are packs. */
export function formatInvitation(sha256: Sha256, { note, packs }: Invitation): Uint8Array {
  if (packs.length === 0) return note;
  return formatBundle([{ name: 'invite', bytes: note }, ...packs.map((bytes) => ({ name: nameOf(sha256, bytes), bytes }))]);
}

/** The invitation in a file, or what was expected of it. A file that is no bundle is a note by itself; what the note and the packs say is for their readers. */
export function parseInvitation(sha256: Sha256, bytes: Uint8Array): Invitation | { readonly expected: string } {
  if (!isBundle(bytes)) return { note: bytes, packs: [] };
  const parsed = parseBundle(bytes);
  if ('expected' in parsed) return parsed;
  const [first, ...packs] = parsed.items;
  if (first?.name !== 'invite') return { expected: 'an invitation as the first item' };
  const other = packs.find(({ name, bytes: pack }) => name !== nameOf(sha256, pack));
  if (other !== undefined) return { expected: 'packs, every one under its own hash, after the invitation' };
  return { note: first.bytes, packs: packs.map((pack) => pack.bytes) };
}

/** Whether bytes begin as an invitation with packs does. */
export function isInvitationBundle(bytes: Uint8Array): boolean {
  const begin = concat(BUNDLE_HEADER, utf8('invite '));
  return begin.every((byte, i) => bytes[i] === byte);
}

function isBundle(bytes: Uint8Array): boolean {
  return BUNDLE_HEADER.every((byte, i) => bytes[i] === byte);
}

function nameOf(sha256: Sha256, bytes: Uint8Array): string {
  return `packs/${toBase64url(sha256(bytes))}`;
}

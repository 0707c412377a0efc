import type { Phrase } from '../base/phrases.ts';
import { isContent, isCorrectable, mayBeTakenBack, pointedNames } from '../document/about-entries.ts';
import type { Document } from '../document/kind.ts';
import { kindOf } from '../document/registry.ts';
import type { Header } from '../entry/header.ts';

/** What a log holds below a place under an id: of which type, and what was judged of it. */
export type OwnEntry = { readonly type: string; readonly valid: boolean /** Its body has irregular leaves. */; readonly irregular: boolean };

/** An entry's verdict as {@link OwnEntry}; `findings` as the verdict has them. */
export function ownEntry(type: string, valid: boolean, findings: readonly { readonly id: string }[]): OwnEntry {
  return { type, valid, irregular: findings.some(({ id }) => id === 'void.body') };
}

/**
 * Why a correction, withdrawal, erasure or loss is void where it stands, if so (spec/entry.md, "Acts about entries"). `own` is what its log holds of
 * the entry it names. Erasures and losses of what is not in this log are statements about what this party holds: they change no entry.
 */
export function aboutEntryVoids(header: Header, document: Document, own: OwnEntry | undefined): readonly Phrase[] {
  if (document.fields.entry !== header.refs[0]) return [{ id: 'void.entry_not_parent' }];
  const erases = document.kind === 'body_erased' || document.kind === 'lost';
  if (own === undefined) return erases ? [] : [{ id: 'void.not_own_entry' }];
  const kind = kindOf(own.type);
  const names = pointedNames(document.fields);
  if (erases) {
    if (own.irregular) return [{ id: 'void.irregular_entry' }];
    const frame = names.find((name) => kind === undefined || !isContent(kind, name));
    return frame === undefined ? [] : [{ id: 'void.not_content', values: { name: frame } }];
  }
  if (!own.valid) return [{ id: 'void.not_own_entry' }];
  if (kind === undefined || !mayBeTakenBack(kind)) return [{ id: 'void.not_taken_back', values: { kind: own.type } }];
  const other = document.kind === 'correction' ? names.find((name) => !isCorrectable(kind, name)) : undefined;
  return other === undefined ? [] : [{ id: 'void.not_content', values: { name: other } }];
}

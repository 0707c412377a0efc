import { sayIn } from '../base/phrases.ts';
import { isAboutEntry } from '../document/about-entries.ts';
import type { Kind } from '../document/kind.ts';
import { menuOf, searchKinds } from '../document/menu.ts';
import { KINDS } from '../document/registry.ts';
import { kindNamed } from './kind-names.ts';
import { kindName } from './rows.ts';
import type { Terminal } from './terminal.ts';

const say = sayIn('en');

/** The kind that a word names, or that a person at a terminal chooses from the first menu or finds by a word; refuses `usage` where nobody can be asked. */
export async function chooseKind(terminal: Terminal, word: string | undefined): Promise<Kind> {
  if (word !== undefined && word !== '') return kindNamed(word);
  let offered = menuOf().first;
  let title = say('menu.often');
  for (;;) {
    sayChoices(terminal, title, offered);
    const typed = await terminal.ask('Number, or a word of the kind:', 'a kind is needed; "parley kinds" lists them');
    const byNumber = /^\d{1,2}$/.test(typed) ? offered[Number(typed) - 1] : undefined;
    if (byNumber !== undefined) return byNumber;
    if (/^\d*$/.test(typed)) continue;
    const found = searchKinds(say, KINDS.filter(isWritten), typed);
    const exact = found.find((kind) => kind.id === typed.toLowerCase().replaceAll(/[ -]/g, '_'));
    const [only] = found;
    if (exact !== undefined) return exact;
    // What nothing is called may be a slip of the finger, or a non-paper: the refusal says which.
    if (only === undefined) return kindNamed(typed);
    if (found.length === 1) return only;
    title = say('menu.found', { count: found.length });
    offered = found;
  }
}

function sayChoices(terminal: Terminal, title: string, kinds: readonly Kind[]): void {
  const width = Math.max(...kinds.map(({ id }) => kindName(id).length));
  terminal.say(terminal.style(title, 'bold'));
  for (const [i, kind] of kinds.entries())
    terminal.say(`  ${String(i + 1).padStart(2)}  ${kindName(kind.id).padEnd(width)}  ${say(`kind.${kind.id}.help`)}`);
}

/** Acts about an entry have commands of their own. */
function isWritten(kind: Kind): boolean {
  return kind.signedBy === 'representative' && !isAboutEntry(kind.id);
}

/** How this program is started where it lies: from a checkout as `./parley`, installed as `parley`. Commands that people are to copy begin with it. */
export function program(): string {
  return import.meta.url.endsWith('.ts') ? './parley' : 'parley';
}

/** A word as every POSIX shell reads it back: `'it'\''s'`; left alone where nothing in it means anything to a shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

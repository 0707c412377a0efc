const { compare } = new Intl.Collator('en', { numeric: true });

/** The order in which lists of channels stand: by title, as a person looks one up. */
export function byTitle(a: string, b: string): number {
  return compare(a, b);
}

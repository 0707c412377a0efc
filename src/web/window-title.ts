import { useEffect } from 'react';
import { useSay } from './say.tsx';

/** Characters of what a page is that its title says: what is beyond stands in no tab and in no window's bar. */
const MAX_SUBJECT = 80;

/** Puts what a page is first in the title of its window, and the name of the program last; what is empty is left out. */
export function useWindowTitle(subject: string, where = ''): void {
  const name = useSay()('app.name');
  const characters = Array.from(subject);
  const first =
    characters.length > MAX_SUBJECT
      ? `${characters
          .slice(0, MAX_SUBJECT - 1)
          .join('')
          .trimEnd()}…`
      : subject;
  const title = [first, where, name].filter((one) => one !== '').join(' - ');
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = name;
    };
  }, [title, name]);
}

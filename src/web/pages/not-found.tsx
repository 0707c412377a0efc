import { Link } from '@tanstack/react-router';
import { usePageTitle } from '../page-title.ts';
import { useSay } from '../say.tsx';

/** An address that is no page. */
export function NotFound() {
  const say = useSay();
  usePageTitle(say('not_found.title'));
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <h1>{say('not_found.title')}</h1>
        <p className="lead">{say('not_found.text')}</p>
        <p>
          <Link to="/">{say('nav.today')}</Link>
        </p>
      </section>
    </div>
  );
}

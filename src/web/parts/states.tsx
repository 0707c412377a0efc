import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Refused } from '../api.ts';
import { useSay } from '../say.tsx';
import { RefusalNotice } from './refusal-notice.tsx';

/** What a page shows while its answer is on the way, when it was refused, and when it is here. */
export function Answered<T>({ query, children }: { readonly query: UseQueryResult<T>; readonly children: (data: T) => ReactNode }) {
  const say = useSay();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null) {
    // Signing in again is offered by the shell; nothing else is wrong.
    if (query.error instanceof Refused && query.error.code === 'not_signed_in') return null;
    return (
      <div className="sides page-head">
        <div className="on-ours">
          <RefusalNotice error={query.error} />
        </div>
      </div>
    );
  }
  return (
    <p className="waiting-line" role="status">
      <span className="muted">{say('page.loading')}</span>
    </p>
  );
}

/** An empty state names the next act. */
export function Empty({ children, act }: { readonly children: ReactNode; readonly act?: ReactNode }) {
  return (
    <div className="empty">
      <p className="muted">{children}</p>
      {act}
    </div>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { SessionView } from '../../projection/views.ts';
import { canUsePasskeys, PasskeyCancelled, signIn } from '../acts/sign-in.ts';
import { usePageTitle } from '../page-title.ts';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { useSay } from '../say.tsx';

/** Signing in with a passkey, on our side of the seam; the other side is for whoever has no account and needs none. */
export function SignIn({ session }: { readonly session: SessionView }) {
  const say = useSay();
  usePageTitle(say('sign_in.title'));
  const client = useQueryClient();
  const [state, setState] = useState<'idle' | 'asking' | 'cancelled'>('idle');
  const [error, setError] = useState<unknown>(undefined);
  const start = async () => {
    setState('asking');
    setError(undefined);
    try {
      const signedIn = await signIn();
      setState('idle');
      client.setQueryData(['session'], signedIn);
      void client.invalidateQueries();
    } catch (cause) {
      setState(cause instanceof PasskeyCancelled ? 'cancelled' : 'idle');
      if (!(cause instanceof PasskeyCancelled)) setError(cause);
    }
  };
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <p className="caps muted">
          <bdi>{session.party.name}</bdi>
        </p>
        <h1>{say('sign_in.title')}</h1>
        <p className="lead">{say('sign_in.lead')}</p>
        {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
        <div role="status">{state === 'cancelled' ? <p>{say('sign_in.cancelled')}</p> : null}</div>
        {canUsePasskeys() ? (
          <div className="actions">
            <button type="button" className="button primary" onClick={() => void start()} disabled={state === 'asking'}>
              {say(state === 'asking' ? 'sign_in.asking' : 'sign_in.button')}
            </button>
          </div>
        ) : (
          <p>
            <strong>{say('sign_in.no_passkeys')}</strong>
          </p>
        )}
        <p className="muted">{say('sign_in.no_account')}</p>
      </section>
      <section className="on-theirs stack threshold-other">
        <h2>{say('sign_in.other_title')}</h2>
        <p className="lead">{say('sign_in.other')}</p>
        <p>
          <Link to="/verify">{say('sign_in.other_link')}</Link>
        </p>
      </section>
    </div>
  );
}

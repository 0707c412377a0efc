import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChannelView } from '../../projection/views.ts';
import { api } from '../api.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { SeamBand } from './entry-row.tsx';
import { RefusalNotice } from './refusal-notice.tsx';

/** For whom a channel is: what things are called in it here, and what stands first in its menu. An administrator changes it, for this side alone. */
export function ChannelProfile({ channel }: { readonly channel: ChannelView }) {
  const say = useSay();
  const client = useQueryClient();
  const session = useQuery(queries.session());
  const profiles = useQuery(queries.profiles());
  const [error, setError] = useState<unknown>(undefined);
  const set = async (name: string): Promise<void> => {
    setError(undefined);
    try {
      await api.setProfile(channel.id, name === '' ? null : name);
      await Promise.all([['channels'], ['channel']].map((queryKey) => client.invalidateQueries({ queryKey })));
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <section className="thread" aria-label={say('profile.title')}>
      <SeamBand>{say('profile.title')}</SeamBand>
      <div className="sides">
        <div className="on-ours stack-small">
          <p>{say('profile.text')}</p>
          {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
          {session.data?.person?.admin === true ? (
            <label className="field">
              <span className="label">{say('profile.choose')}</span>
              <select className="input" value={channel.profile?.name ?? ''} onChange={(event) => void set(event.target.value)}>
                <option value="">{say('profile.none')}</option>
                {(profiles.data ?? []).map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
          ) : (
            <p>
              <strong>{channel.profile?.title ?? say('profile.none')}</strong> <span className="muted">{say('rules.admin_sets')}</span>
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

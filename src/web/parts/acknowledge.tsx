import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ChangeView } from '../../projection/people-views.ts';
import { api } from '../api.ts';
import { keysOfChannels } from '../queries.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';
import { RefusalNotice } from './refusal-notice.tsx';
import { Instant } from './when.tsx';

/** Says here that somebody has looked at changes of the other side; from then on they are used. `many` names how many in the button. */
export function AcknowledgeButton({
  changes,
  label = 'people.acknowledge',
  primary = false,
}: {
  readonly changes: readonly { readonly channel: string; readonly entry: string; readonly name: string }[];
  readonly label?: string;
  readonly primary?: boolean;
}) {
  const say = useSay();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const acknowledge = async () => {
    setBusy(true);
    setError(undefined);
    const done: string[] = [];
    try {
      for (const [channel, own] of Map.groupBy(changes, (change) => change.channel)) {
        await api.acknowledge(
          channel,
          own.map(({ entry }) => entry),
        );
        done.push(channel);
      }
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
      // Once for all of them, and for those that were done where one was refused.
      for (const queryKey of keysOfChannels(done)) void client.invalidateQueries({ queryKey: [...queryKey] });
    }
  };
  return (
    <>
      <button type="button" className={primary ? 'button primary' : 'button'} disabled={busy} onClick={() => void acknowledge()}>
        {say(label, { count: changes.length, name: changes[0]?.name ?? '' })}
      </button>
      {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
    </>
  );
}

type Change = ChangeView & { readonly channel: string; readonly channelTitle: string };

/** What the other side changed about its people and keys, on its side of the seam, and the act that acknowledges it on ours. */
export function ToAcknowledge({ changes }: { readonly changes: readonly Change[] }) {
  const say = useSay();
  const title = say('people.to_acknowledge', { count: changes.length });
  return (
    <section className="sides today-columns" aria-label={title}>
      <div className="on-ours duties">
        <h2>{title}</h2>
        <p className="lead">{say('people.to_acknowledge_text')}</p>
        {changes.length < 2 ? null : (
          <p className="duty-act">
            <AcknowledgeButton changes={changes} label="people.acknowledge_all" primary />
          </p>
        )}
      </div>
      <div className="on-theirs">
        <Changes changes={changes} />
      </div>
    </section>
  );
}

/** One change a sheet. */
function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const say = useSay();
  return (
    <ul className="change-list">
      {changes.map((change) => (
        <li key={`${change.channel} ${change.entry}`} className="duty-item sheet">
          <p className="entry-head">
            <strong>{say(`people.change.${change.act}`)}</strong>
            <bdi className="muted">{change.channelTitle}</bdi>
            {change.time === 0 ? null : (
              <span className="muted">
                <Instant at={change.time} style="short" />
              </span>
            )}
          </p>
          <p className="entry-title said-by-parley">
            <Link className="row-link" to="/c/$channel/people" params={{ channel: change.channel }}>
              <bdi>{whatChanged(say, change)}</bdi>
            </Link>
          </p>
          {change.post === '' ? null : (
            <p className="muted">
              <bdi>{visible(change.post)}</bdi>, <bdi>{change.partyName}</bdi>
            </p>
          )}
          <p className="duty-act">
            <AcknowledgeButton changes={[change]} label="people.acknowledge_one" />
          </p>
        </li>
      ))}
    </ul>
  );
}

function whatChanged(say: ReturnType<typeof useSay>, { act, name, partyName, event }: ChangeView): string {
  if (act === 'generation') return say('people.new_generation', { party: partyName });
  return act === 'rotate' ? say('people.new_keys', { party: partyName, event: event ?? 0 }) : visible(name);
}

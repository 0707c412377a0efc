import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { KINDS } from '../../document/registry.ts';
import type { TwoPersonView } from '../../projection/clearance-views.ts';
import type { SessionView } from '../../projection/views.ts';
import { api } from '../api.ts';
import { usePageTitle } from '../page-title.ts';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { Answered } from '../parts/states.tsx';
import { Instant } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';

const SIGNED = KINDS.filter((kind) => kind.signedBy === 'representative');

/** Rules of this party that the other side neither learns nor judges: four eyes. */
export function Rules() {
  const session = useQuery(queries.session());
  const query = useQuery(queries.twoPerson());
  return <Answered query={query}>{(rule) => (session.data === undefined ? null : <Page rule={rule} session={session.data} />)}</Answered>;
}

function Page({ rule, session }: { readonly rule: TwoPersonView; readonly session: SessionView }) {
  const say = useSay();
  usePageTitle(say('rules.title'));
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(undefined);
  const run = async (act: () => Promise<TwoPersonView>) => {
    setError(undefined);
    try {
      client.setQueryData(queries.twoPerson().queryKey, await act());
      void client.invalidateQueries({ queryKey: ['channels'] });
      void client.invalidateQueries({ queryKey: ['channel'] });
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <h1>{say('rules.title')}</h1>
        <p className="lead">{say('rules.lead')}</p>
        {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
        {session.person?.admin === true ? (
          <RuleForm key={rule.kinds.join()} rule={rule} onSet={(kinds) => void run(() => api.setTwoPerson(kinds))} />
        ) : (
          <p className="muted">{say('rules.admin_sets')}</p>
        )}
      </section>
      <section className="on-theirs stack">
        <h2>{say('rules.now')}</h2>
        <p className="lead">{say(rule.kinds.length === 0 ? 'rules.off' : rule.kinds.includes('*') ? 'rules.all' : 'rules.some')}</p>
        {rule.kinds.includes('*') ? null : (
          <ul className="plain-list">
            {rule.kinds.map((kind) => (
              <li key={kind}>{say(`kind.${kind}`)}</li>
            ))}
          </ul>
        )}
        {rule.since === undefined ? null : (
          <p className="muted">
            {say('rules.since', { by: rule.by ?? '' })} <Instant at={rule.since} />
          </p>
        )}
        {rule.proposal === undefined ? null : <Proposal proposal={rule.proposal} onAgree={() => void run(api.agreeTwoPerson)} />}
        <p className="muted">{say('rules.local')}</p>
      </section>
    </div>
  );
}

function Proposal({ proposal, onAgree }: { readonly proposal: NonNullable<TwoPersonView['proposal']>; readonly onAgree: () => void }) {
  const say = useSay();
  const kinds = proposal.kinds.map((kind) => say(`kind.${kind}`)).join(', ');
  return (
    <div className="notice" role="status">
      <h2>{say(proposal.kinds.length === 0 ? 'rules.proposal_off' : 'rules.proposal', { by: proposal.by, kinds })}</h2>
      <p>
        {say('rules.proposal_text')} <Instant at={proposal.at} />
      </p>
      <p className="actions">
        <button type="button" className="button" onClick={onAgree}>
          {say('rules.agree')}
        </button>
      </p>
    </div>
  );
}

type Reach = 'off' | 'some' | 'all';

function RuleForm({ rule, onSet }: { readonly rule: TwoPersonView; readonly onSet: (kinds: readonly string[]) => void }) {
  const say = useSay();
  const [reach, setReach] = useState<Reach>(rule.kinds.length === 0 ? 'off' : rule.kinds.includes('*') ? 'all' : 'some');
  const [kinds, setKinds] = useState<ReadonlySet<string>>(new Set(rule.kinds.filter((kind) => kind !== '*')));
  const toggle = (kind: string, on: boolean) => setKinds((now) => new Set(on ? [...now, kind] : [...now].filter((one) => one !== kind)));
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSet(reach === 'off' ? [] : reach === 'all' ? ['*'] : [...kinds]);
      }}
    >
      <RadioGroup className="field radio-group rule-reach" value={reach} onChange={(value) => setReach(value as Reach)}>
        <Label className="label">{say('rules.two_person')}</Label>
        {(['off', 'some', 'all'] as const).map((one) => (
          <Radio key={one} value={one} className="radio">
            <span className="radio-mark" aria-hidden="true" />
            {say(`rules.reach.${one}`)}
          </Radio>
        ))}
      </RadioGroup>
      {reach !== 'some' ? null : (
        <fieldset className="field">
          <legend className="label">{say('rules.kinds')}</legend>
          <div className="rule-kinds">
            {SIGNED.map(({ id }) => (
              <label key={id} className="check">
                <input type="checkbox" checked={kinds.has(id)} onChange={(event) => toggle(id, event.target.checked)} />
                {say(`kind.${id}`)}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div className="actions">
        <button type="submit" className="button primary">
          {say('rules.save')}
        </button>
      </div>
    </form>
  );
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { SessionView } from '../../projection/views.ts';
import { enrol, enrolmentToken, type SigningChoice } from '../acts/enrol.ts';
import { canUsePasskeys, PasskeyCancelled } from '../acts/sign-in.ts';
import type { DeviceKey } from '../keys.ts';
import { usePageTitle } from '../page-title.ts';
import { ErrorSummary, type FormFault } from '../parts/error-summary.tsx';
import { TextField } from '../parts/fields.tsx';
import { KeyFacts, useAccredited } from '../parts/key-facts.tsx';
import { RefusalNotice } from '../parts/refusal-notice.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';

/** The one-time link: name, post, a passkey to sign in with, a key to sign with; then what must happen to it. */
export function Enrol() {
  const say = useSay();
  usePageTitle(say('enrol.title'));
  const [done, setDone] = useState<Done | undefined>(undefined);
  const [choice, setChoice] = useState<SigningChoice>('browser');
  const token = enrolmentToken(location.hash);
  if (done !== undefined) return <Enrolled session={done.session} made={done.made} />;
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <h1>{say('enrol.title')}</h1>
        {token === undefined ? (
          <p className="lead">{say('enrol.no_token')}</p>
        ) : canUsePasskeys() ? (
          <EnrolForm token={token} choice={choice} onChoice={setChoice} onDone={setDone} />
        ) : (
          <p className="lead">{say('sign_in.no_passkeys')}</p>
        )}
      </section>
      <section className="on-theirs stack threshold-other">
        {choice === 'passkey' ? (
          <>
            <h2>{say('enrol.one_key')}</h2>
            <p className="lead">{say('enrol.passkey')}</p>
            <p className="lead">{say('enrol.passkey_signs')}</p>
            <p className="muted">{say('enrol.passkey_where')}</p>
          </>
        ) : (
          <>
            <h2>{say('enrol.two_keys')}</h2>
            <p className="lead">{say('enrol.passkey')}</p>
            <p className="lead">{say('enrol.signing_key')}</p>
            <p className="muted">{say('enrol.device_only')}</p>
          </>
        )}
      </section>
    </div>
  );
}

type Done = { readonly session: SessionView; readonly made: DeviceKey };

type EnrolFormProps = {
  readonly token: string;
  readonly choice: SigningChoice;
  readonly onChoice: (choice: SigningChoice) => void;
  readonly onDone: (done: Done) => void;
};

function EnrolForm({ token, choice, onChoice, onDone }: EnrolFormProps) {
  const say = useSay();
  const client = useQueryClient();
  const { data: node } = useQuery(queries.session());
  const [name, setName] = useState('');
  const [post, setPost] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [asking, setAsking] = useState(false);
  const [cancelled, setCancelled] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const faults: FormFault[] = [
    ...(name.trim() === '' ? [{ id: 'enrol-name', sentence: say('enrol.name_missing') }] : []),
    ...(post.trim() === '' ? [{ id: 'enrol-post', sentence: say('enrol.post_missing') }] : []),
  ];
  const faultOf = (id: string) => (attempt === 0 ? undefined : faults.find((fault) => fault.id === id)?.sentence);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAttempt((n) => n + 1);
    if (faults.length > 0) return;
    setAsking(true);
    setCancelled(false);
    setError(undefined);
    try {
      const { session, key } = await enrol(token, name.trim(), post.trim(), choice);
      // The token is used up: it leaves the address bar and the history.
      history.replaceState(history.state, '', '/enrol');
      client.setQueryData(['session'], session);
      onDone({ session, made: key });
    } catch (cause) {
      setAsking(false);
      if (cause instanceof PasskeyCancelled) setCancelled(true);
      else setError(cause);
    }
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      {node === undefined ? null : <p className="lead">{say('enrol.for', { party: node.party.name })}</p>}
      <p className="lead">{say('enrol.lead')}</p>
      <ErrorSummary faults={faults} attempt={attempt} />
      {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
      <TextField
        id="enrol-name"
        label={say('enrol.name')}
        hint={say('enrol.name_hint')}
        value={name}
        onChange={setName}
        fault={faultOf('enrol-name')}
        autoComplete="name"
      />
      <TextField
        id="enrol-post"
        label={say('enrol.post')}
        hint={say('enrol.post_hint')}
        value={post}
        onChange={setPost}
        fault={faultOf('enrol-post')}
        autoComplete="organization-title"
      />
      <SigningChoices choice={choice} onChange={onChoice} />
      <div role="status">{cancelled ? <p>{say('enrol.cancelled')}</p> : null}</div>
      <div className="actions">
        <button type="submit" className="button primary" disabled={asking}>
          {say(asking ? 'sign_in.asking' : choice === 'passkey' ? 'enrol.button_passkey' : 'enrol.button')}
        </button>
      </div>
    </form>
  );
}

/** What signs documents: each with what it means, since it cannot be changed later without another enrolment. */
function SigningChoices({ choice, onChange }: { readonly choice: SigningChoice; readonly onChange: (choice: SigningChoice) => void }) {
  const say = useSay();
  return (
    <RadioGroup
      className="field radio-group signing-choices"
      value={choice}
      onChange={(value) => onChange(value === 'passkey' ? 'passkey' : 'browser')}
    >
      <Label className="label">{say('enrol.sign_with')}</Label>
      {(['browser', 'passkey'] as const).map((one) => (
        <Radio key={one} value={one} className="radio">
          <span className="radio-mark" aria-hidden="true" />
          <span>
            {say(`enrol.sign_with.${one}`)}
            <span className="muted signing-choice-meaning">{say(`enrol.sign_with.${one}.help`)}</span>
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

function Enrolled({ session, made }: Done) {
  const say = useSay();
  const signs = (useAccredited(made.actor)?.accredited.length ?? 0) > 0;
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <h1 tabIndex={-1} ref={(element) => element?.focus()}>
          {say('enrol.done_title')}
        </h1>
        <p className="lead">{say('enrol.done', { name: session.person?.name ?? '', party: session.party.name })}</p>
        <KeyFacts deviceKey={made} />
      </section>
      <section className="on-theirs stack threshold-other">
        <h2>{say(signs ? 'enrol.ready_title' : 'enrol.meanwhile_title')}</h2>
        <p className="lead">{say(signs ? 'enrol.ready' : 'enrol.meanwhile')}</p>
        <p>
          <Link className="button" to="/">
            {say('enrol.to_today')}
          </Link>
        </p>
      </section>
    </div>
  );
}

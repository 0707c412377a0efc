import { useQuery } from '@tanstack/react-query';
import type { ClearanceDetail } from '../../projection/clearance-views.ts';
import type { ChannelView } from '../../projection/views.ts';
import type { Prepared } from '../acts/prepared.ts';
import { PasskeyCancelled } from '../acts/sign-in.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import type { Sending } from '../use-sending.ts';
import { RefusalNotice } from './refusal-notice.tsx';
import { SignedHash } from './signed-hash.tsx';
import { Instant } from './when.tsx';

type SignActsProps = {
  readonly sending: Sending;
  readonly channel: ChannelView;
  /** Whose signature it will be. */
  readonly name: string;
  /** Whether a passkey signs: an authenticator is asked, and does not show the text. */
  readonly passkey: boolean;
  /** Whether a second person clears it first. */
  readonly clearance: boolean;
  /** What the draft says now; a text prepared when it said something else is not the one to sign. */
  readonly said: string;
  readonly onSign: () => void;
  readonly onPrepare: () => void;
  readonly onAsk: () => void;
  readonly onSignPrepared: () => void;
};

/** The acts under what leaves: hand over for clearance, sign and send, or send again what was signed. */
export function SignActs(props: SignActsProps) {
  const say = useSay();
  const { sending, passkey, clearance, said, name } = props;
  const cancelled = sending.error instanceof PasskeyCancelled;
  const prepared = sending.prepared?.said === said && sending.prepared.awaits === clearance ? sending.prepared : undefined;
  return (
    <>
      {sending.error === undefined || cancelled ? null : <RefusalNotice error={sending.error} takeFocus />}
      {sending.unsent !== undefined ? (
        <UnsentActs sending={sending} />
      ) : clearance ? (
        <ClearanceActs {...props} prepared={prepared} />
      ) : prepared !== undefined ? (
        <PasskeyStep {...props} prepared={prepared} />
      ) : (
        <SignButton
          label={sending.busy ? 'compose.signing' : 'compose.sign'}
          {...{ sending, name }}
          onSign={passkey ? props.onPrepare : props.onSign}
        />
      )}
      <div role="status">{cancelled ? <p>{say('compose.passkey_cancelled')}</p> : null}</div>
    </>
  );
}

type SignButtonProps = Pick<SignActsProps, 'sending' | 'name'> & { readonly label: string; readonly onSign: () => void };

/** The button that signs, and beside it as whom. */
function SignButton({ sending, name, label, onSign }: SignButtonProps) {
  const say = useSay();
  return (
    <div className="actions">
      <button type="button" className="button primary" disabled={sending.busy} onClick={onSign}>
        {say(label)}
      </button>
      <span className="muted">{say('compose.as', { name })}</span>
    </div>
  );
}

type WithPrepared = SignActsProps & { readonly prepared: Prepared };

/** A passkey signs a hash that its authenticator does not show: the screen says so, and shows what another machine can compare. */
function PasskeyStep({ sending, name, prepared, onSignPrepared }: WithPrepared) {
  const say = useSay();
  return (
    <section className="notice sign-step">
      <h2>{say('passkey.step_title')}</h2>
      <p>{say('passkey.step_text')}</p>
      <SignedHash unsigned={prepared} />
      <SignButton label={sending.busy ? 'sign_in.asking' : 'passkey.sign'} {...{ sending, name }} onSign={onSignPrepared} />
    </section>
  );
}

/** Four eyes: hand it over, wait, sign exactly what was cleared. */
function ClearanceActs(props: SignActsProps & { readonly prepared: Prepared | undefined }) {
  const say = useSay();
  const { sending, channel, prepared, onAsk } = props;
  const query = useQuery({ ...queries.clearance(channel.id, prepared?.id ?? ''), enabled: prepared !== undefined });
  const edited = sending.prepared?.awaits === true && prepared === undefined;
  const view = prepared === undefined ? undefined : query.data;
  if (prepared !== undefined && query.isPending && !sending.busy) return null;
  if (prepared === undefined || view === undefined || view.state === 'returned' || view.state === 'taken_back')
    return (
      <section className="sign-step stack">
        {view?.returned === undefined ? null : <Returned returned={view.returned} />}
        <p>{say(edited ? 'clearance.edited' : 'clearance.needed')}</p>
        <div className="actions">
          <button type="button" className="button primary" disabled={sending.busy} onClick={onAsk}>
            {say(sending.busy ? 'clearance.asking' : 'clearance.ask')}
          </button>
        </div>
      </section>
    );
  return <ClearanceStep {...props} prepared={prepared} view={view} />;
}

function ClearanceStep({ sending, name, passkey, prepared, view, onSignPrepared }: WithPrepared & { readonly view: ClearanceDetail }) {
  const say = useSay();
  const { cleared } = view;
  return (
    <section className="notice sign-step" role="status">
      {cleared === undefined ? (
        <>
          <h2>{say('clearance.awaits')}</h2>
          <p>
            {say('clearance.awaits_text')} <Instant at={view.asked.at} />
          </p>
        </>
      ) : (
        <>
          <h2>{say('clearance.cleared', { name: cleared.name })}</h2>
          <p>
            {say('clearance.cleared_text')} <Instant at={cleared.at} />
          </p>
          {passkey ? <p>{say('passkey.step_text')}</p> : null}
        </>
      )}
      <SignedHash unsigned={prepared} />
      {cleared === undefined ? null : (
        <SignButton label={sending.busy ? 'compose.signing' : 'compose.sign'} {...{ sending, name }} onSign={onSignPrepared} />
      )}
    </section>
  );
}

/** Who sent it back, and what they said. */
export function Returned({ returned }: { readonly returned: NonNullable<ClearanceDetail['returned']> }) {
  const say = useSay();
  return (
    <div className="notice">
      <h2>{say('clearance.returned', { name: returned.name })}</h2>
      <p>
        <Instant at={returned.at} />
      </p>
      {returned.remark === '' ? null : (
        <p className="party-words" dir="auto">
          {returned.remark}
        </p>
      )}
    </div>
  );
}

function UnsentActs({ sending }: { readonly sending: Sending }) {
  const say = useSay();
  return (
    <div className="notice">
      <h2>{say('unsent.title')}</h2>
      <p>{say('unsent.text')}</p>
      <p className="actions">
        <button type="button" className="button primary" disabled={sending.busy} onClick={sending.sendAgain}>
          {say('unsent.again')}
        </button>
        <button type="button" className="button" disabled={sending.busy} onClick={sending.dropUnsent}>
          {say('unsent.drop')}
        </button>
      </p>
    </div>
  );
}

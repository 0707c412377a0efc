import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { toBase64url } from '../../base/bytes.ts';
import { formOf, sayFault } from '../../document/form.ts';
import type { AttachmentValue, Kind } from '../../document/kind.ts';
import type { ChannelView, DocumentView, SessionView } from '../../projection/views.ts';
import { forgetUnsent, readUnsent, sendSigned, type Unsent } from '../acts/send-document.ts';
import { signDocument } from '../acts/sign.ts';
import { randomBytes } from '../browser-crypto.ts';
import { draftKey, filledFields, readDraft } from '../draft.ts';
import type { DeviceKey } from '../keys.ts';
import { whyNotSign } from '../may-sign.ts';
import { keysOfChannel } from '../queries.ts';
import { useVoice } from '../say.tsx';
import { useDraft } from '../use-draft.ts';
import { AttachField } from './attach-field.tsx';
import { DraftField, fieldId } from './draft-field.tsx';
import { zoneOf } from './entry-row.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { CannotSign, Leaving, SentState } from './leaving.tsx';
import { RefusalNotice } from './refusal-notice.tsx';

/** Envelope fields most documents leave empty: behind one line. */
const SELDOM = new Set(['urgency', 'ref', 'lang', 'exercise']);

type DraftPageProps = {
  readonly channel: ChannelView;
  readonly kind: Kind;
  readonly parent: DocumentView | undefined;
  readonly session: SessionView;
  readonly deviceKey: DeviceKey | null;
};

/** A draft on our side, what leaves opposite; once signed, the stitch. */
export function DraftPage({ channel, kind, parent, session, deviceKey }: DraftPageProps) {
  const { say, language } = useVoice();
  const client = useQueryClient();
  const form = useMemo(() => formOf(kind), [kind]);
  const key = draftKey(channel.id, kind.id, parent?.row.id);
  const prefix = session.storagePrefix;
  const { draft, kept, change, forget } = useDraft(prefix, key, initialTexts(parent, language));
  const filled = useFilled(kind, channel, parent);
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<'writing' | 'signing' | { readonly sent: string }>('writing');
  const [error, setError] = useState<unknown>(undefined);
  const [unsent, setUnsent] = useUnsent(prefix, key);
  if (draft === undefined) return null;
  const read = readDraft(kind, form, draft, filled, Math.floor(Date.now() / 1000));
  const marking = read.fields.get('marking');
  const reason = whyNotSign(channel, deviceKey, kind.id, typeof marking === 'string' ? marking : undefined);
  const faults = read.faults.map((fault) => ({ id: fieldId(fault.field), sentence: sayFault(say, kind, fault) }));
  const faultOf = (name: string) => (attempt === 0 ? undefined : faults.find((fault) => fault.id === fieldId(name))?.sentence);

  const send = async (signed: Pick<Unsent, 'bytes' | 'id' | 'body'>) => {
    const placed = await sendSigned(prefix, key, channel.id, signed);
    await forget();
    setUnsent(undefined);
    setState({ sent: placed.id });
    for (const queryKey of keysOfChannel(channel.id)) void client.invalidateQueries({ queryKey: [...queryKey] });
  };
  const attemptTo = async (act: () => Promise<void>) => {
    setState('signing');
    setError(undefined);
    try {
      await act();
    } catch (cause) {
      setError(cause);
      setState('writing');
      setUnsent(await readUnsent(prefix, key));
    }
  };
  const sign = () => {
    setAttempt((n) => n + 1);
    if (read.faults.length > 0 || deviceKey === null) return;
    void attemptTo(async () => {
      const fields = [...read.fields];
      await send(
        await signDocument(
          prefix,
          deviceKey,
          { channel: channel.id, kind: kind.id, refs: refsOf(kind, parent), fields },
          Math.floor(Date.now() / 1000),
        ),
      );
    });
  };

  const sent = typeof state === 'object' ? state.sent : undefined;
  const seldom = form.fields.filter(({ field }) => SELDOM.has(field.name));
  const drawn = (one: (typeof form.fields)[number]) =>
    one.field.shape === 'attachments' ? (
      <AttachField
        key={one.field.name}
        one={one}
        channel={channel.id}
        files={draft.attachments}
        fault={faultOf(one.field.name)}
        onChange={(files) => change((now) => ({ ...now, attachments: files(now.attachments) as readonly AttachmentValue[] }))}
      />
    ) : (
      <DraftField
        key={one.field.name}
        one={one}
        value={draft.texts[one.field.name] ?? ''}
        fault={faultOf(one.field.name)}
        theirZone={zoneOf(channel)}
        onChange={(text) => change((now) => ({ ...now, texts: { ...now.texts, [one.field.name]: text } }))}
      />
    );
  return (
    <div className="sides compose-page">
      <section className="on-ours stack">
        <h1>{say(form.title)}</h1>
        {parent === undefined ? null : (
          <p className="muted lead">
            {say(kind.joins.includes(parent.row.kind) ? 'row.answers' : 'compose.concerns')} <bdi>{say(parent.row.summary)}</bdi>
          </p>
        )}
        <p className="muted">{say(form.help)}</p>
        {sent === undefined ? (
          <>
            <ErrorSummary faults={faults} attempt={attempt} />
            {form.fields.filter(({ field }) => !SELDOM.has(field.name)).map(drawn)}
            {seldom.length === 0 ? null : (
              <details className="disclosure">
                <summary>{say('compose.seldom')}</summary>
                <div className="stack">{seldom.map(drawn)}</div>
              </details>
            )}
            <p className="muted" role="status">
              {say(kept ? 'compose.kept' : 'compose.not_kept')}
            </p>
          </>
        ) : null}
      </section>
      <section className="on-theirs stack leaving">
        {sent === undefined ? (
          <>
            <h2>{say('leaving.title')}</h2>
            <Leaving kind={kind} fields={read.fields} channel={channel} files={draft.attachments} />
            {error === undefined ? null : <RefusalNotice error={error} takeFocus />}
            {unsent !== undefined ? (
              <div className="notice">
                <h2>{say('unsent.title')}</h2>
                <p>{say('unsent.text')}</p>
                <p className="actions">
                  <button type="button" className="button primary" disabled={state === 'signing'} onClick={() => void attemptTo(() => send(unsent))}>
                    {say('unsent.again')}
                  </button>
                  <button type="button" className="button" onClick={() => void forgetUnsent(prefix, key).then(() => setUnsent(undefined))}>
                    {say('unsent.drop')}
                  </button>
                </p>
              </div>
            ) : reason !== undefined ? (
              <CannotSign reason={reason} />
            ) : (
              <div className="actions">
                <button type="button" className="button primary" disabled={state === 'signing'} onClick={sign}>
                  {say(state === 'signing' ? 'compose.signing' : 'compose.sign')}
                </button>
                <span className="muted">{say('compose.as', { name: session.person?.name ?? '' })}</span>
              </div>
            )}
          </>
        ) : (
          <SentState channel={channel} id={sent} />
        )}
      </section>
    </div>
  );
}

/** A new draft begins with the marking of what it answers, never lower, and the language of the page. */
function initialTexts(parent: DocumentView | undefined, language: string): Record<string, string> {
  const marking = parent?.fields.marking;
  return { lang: language, ...(typeof marking === 'string' ? { marking } : {}) };
}

function refsOf(kind: Kind, parent: DocumentView | undefined): readonly string[] {
  return parent !== undefined && kind.joins.includes(parent.row.kind) ? [parent.row.id] : [];
}

function useFilled(kind: Kind, channel: ChannelView, parent: DocumentView | undefined) {
  const [nonce] = useState(() => toBase64url(randomBytes(16)));
  return useMemo(() => {
    const actor = parent === undefined ? undefined : channel.people.find((person) => person.matter === parent.row.matter)?.actor;
    const from = parent === undefined ? undefined : { kind: parent.row.kind, id: parent.row.id, fields: parent.fields, actor };
    return filledFields(kind, from, () => nonce);
  }, [kind, channel, parent, nonce]);
}

function useUnsent(prefix: string, key: string) {
  const [unsent, setUnsent] = useState<Unsent | undefined>(undefined);
  useEffect(() => {
    let current = true;
    readUnsent(prefix, key).then(
      (found) => current && setUnsent(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [prefix, key]);
  return [unsent, setUnsent] as const;
}

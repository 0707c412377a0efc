import { useMemo, useState } from 'react';
import { toBase64url } from '../../base/bytes.ts';
import type { Phrase } from '../../base/phrases.ts';
import { isAboutEntry } from '../../document/about-entries.ts';
import { type Form, formOf, sayFault } from '../../document/form.ts';
import type { Kind } from '../../document/kind.ts';
import { kindIn } from '../../document/party-fields.ts';
import { joins, kindOf } from '../../document/registry.ts';
import { needsClearance } from '../../document/two-person.ts';
import { answering } from '../../projection/corrected.ts';
import { mendsFirst, translationFindings } from '../../projection/joint/translation.ts';
import type { ChannelView, DocumentView, SessionView } from '../../projection/views.ts';
import { type AboutDraft, readAbout } from '../about-draft.ts';
import { randomBytes } from '../browser-crypto.ts';
import { type Draft, draftKey, filledFields, type ReadDraft, readDraft, withSitting } from '../draft.ts';
import type { SpecialDraft } from '../exchange-draft.ts';
import { zonesOf } from '../instants.ts';
import type { DeviceKey } from '../keys.ts';
import { whyNotSign } from '../may-sign.ts';
import { othersOf } from '../others.ts';
import { usePageTitle } from '../page-title.ts';
import { refersWord } from '../refers.ts';
import { useSay, useVoice } from '../say.tsx';
import { useDraft } from '../use-draft.ts';
import { useSending } from '../use-sending.ts';
import { AboutForm, AboutMeaning } from './about-form.tsx';
import { AttachField } from './attach-field.tsx';
import { DraftField, fieldId } from './draft-field.tsx';
import { ErrorSummary, type FormFault } from './error-summary.tsx';
import { CannotSign, Leaving, Said, SentState } from './leaving.tsx';
import { SignActs } from './sign-acts.tsx';
import { WordsAnswered } from './words-answered.tsx';

/** Envelope fields most documents leave empty: behind one line. */
const SELDOM = new Set(['urgency', 'ref', 'lang', 'exercise']);

type DraftPageProps = {
  readonly channel: ChannelView;
  readonly kind: Kind;
  readonly parent: DocumentView | undefined;
  readonly session: SessionView;
  readonly deviceKey: DeviceKey | null;
  readonly special?: SpecialDraft | undefined;
};

/** The form of a kind, with the other parties by name where it asks which of them. */
function formIn(channel: ChannelView, kind: Kind): Form {
  const names = othersOf(channel).map(({ name }) => name);
  return formOf(kindIn(kind, names));
}

/** A draft on our side, what leaves opposite; once signed, the stitch. */
export function DraftPage({ channel, kind, parent, session, deviceKey, special }: DraftPageProps) {
  const { say, language } = useVoice();
  const form = useForm(kind, channel, special);
  const key = draftKey(channel.id, kind.id, parent?.row.id);
  const prefix = session.storagePrefix;
  const { draft, kept, change, forget } = useDraft(prefix, key, initialTexts(parent, language));
  const filled = useFilled(kind, channel, parent);
  const [attempt, setAttempt] = useState(0);
  // A position names the words that somebody sees here: what the author says anew meanwhile must not come under it.
  const [seen] = useState(parent);
  const sending = useSending(prefix, key, channel.id, forget);
  if (draft === undefined) return null;
  const about = readAbout(kind, parent, draft.texts, channel.us);
  const own = new Map([...filled, ...(about?.fields ?? []), ...(special?.filled(draft) ?? [])]);
  const written = withSitting(withAbout(readDraft(kind, form, draft, own, presentSeconds()), about), kind, parent, channel.us);
  const { read, meaning } = withTranslation(withSpecial(written, special, draft), kind, parent);
  const files = special?.files(draft) ?? draft.attachments;
  const faults = read.faults.map((fault) => ({ id: fieldId(fault.field), sentence: sayFault(say, kind, fault) }));
  const marking = read.fields.get('marking');
  const reason = whyNotSign(channel, deviceKey, kind.id, typeof marking === 'string' ? marking : undefined);
  const toSign = { channel: channel.id, kind: kind.id, refs: refsOf(kind, seen), fields: [...read.fields], ...keeping(special, draft) };
  // A nonce is another one at each visit, and nothing that anybody said.
  const isSaid = (name: string): boolean => about?.fields.has(name) === true || form.fields.some(({ field }) => field.name === name);
  const said = JSON.stringify([toSign.refs, toSign.fields.filter(([name]) => isSaid(name)), ...(special === undefined ? [] : [special.said(draft)])]);
  /** With the key that signs, once nothing is left to mend. */
  const ready = (act: (key: DeviceKey) => void) => () => {
    setAttempt((n) => n + 1);
    if (faults.length === 0 && deviceKey !== null) act(deviceKey);
  };
  return (
    <div className="sides compose-page">
      <section className="on-ours stack">
        <h1>{say(form.title)}</h1>
        <Refers kind={kind} parent={parent} />
        {sending.sent === undefined ? (
          <Writing {...{ kind, form, draft, kept, change, faults, attempt, channel }} about={about === undefined ? undefined : parent} />
        ) : (
          <Said kind={kind} fields={read.fields} channel={channel} files={files} parent={parent} />
        )}
      </section>
      <section className="on-theirs stack leaving">
        {sending.sent === undefined ? (
          <>
            <h2>{say('leaving.title')}</h2>
            {about === undefined || parent === undefined ? null : <AboutMeaning kind={kind.id} parent={parent} channel={channel} />}
            <WordsAnswered kind={kind} channel={channel} seen={seen} now={parent} />
            <Leaving kind={kind} fields={read.fields} channel={channel} files={files} parent={parent} />
            <Meaning phrases={[...(special?.meaning ?? []).map((id) => ({ id })), ...meaning]} />
            {reason !== undefined && sending.unsent === undefined ? (
              <CannotSign reason={reason} />
            ) : (
              <SignActs
                sending={sending}
                channel={channel}
                name={session.person?.name ?? ''}
                passkey={deviceKey !== null && 'assert' in deviceKey}
                clearance={needsClearance(channel.clearance, kind.id, parent?.row.kind)}
                said={said}
                onSign={ready((key) => sending.sign(key, toSign, presentSeconds()))}
                onPrepare={ready((key) => sending.prepare(key, toSign, said, presentSeconds()))}
                onAsk={ready((key) => sending.prepareForClearance(key, toSign, said, presentSeconds()))}
                onSignPrepared={ready(sending.signPrepared)}
              />
            )}
          </>
        ) : (
          <SentState channel={channel} id={sending.sent} />
        )}
      </section>
    </div>
  );
}

/** What the draft answers, or concerns. */
function Refers({ kind, parent }: Pick<DraftPageProps, 'kind' | 'parent'>) {
  const { say } = useVoice();
  return parent === undefined ? null : (
    <p className="muted lead">
      {say(joins(kind, parent.row.kind) ? refersWord(kind.id) : 'compose.concerns')} <bdi>{say(parent.row.summary)}</bdi>
    </p>
  );
}

/** What signing means, a sentence each. */
function Meaning({ phrases }: { readonly phrases: readonly Phrase[] }) {
  const { say } = useVoice();
  return phrases.length === 0 ? null : (
    <ul className="plain-list">
      {phrases.map((phrase) => (
        <li key={phrase.id}>{say(phrase)}</li>
      ))}
    </ul>
  );
}

type WritingProps = DraftFormProps & {
  readonly kind: Kind;
  readonly kept: boolean;
  /** How often somebody tried to sign; nothing is said to be wrong before. */
  readonly attempt: number;
  /** The document that an act about another one is about. */
  readonly about: DocumentView | undefined;
};

/** What is asked, with what is still to be mended. */
function Writing({ kind, form, draft, kept, change, faults, attempt, channel, about }: WritingProps) {
  const { say } = useVoice();
  const shown = attempt === 0 ? [] : faults;
  const faultOf = (name: string) => shown.find((fault) => fault.id === fieldId(name))?.sentence;
  return (
    <>
      <p className="muted">{say(form.help)}</p>
      <ErrorSummary faults={faults} attempt={attempt} />
      {about === undefined ? null : <AboutForm kind={kind.id} parent={about} channel={channel} draft={draft} change={change} faultOf={faultOf} />}
      <DraftForm form={form} draft={draft} change={change} faults={shown} channel={channel} />
      <p className="muted" role="status">
        {say(kept ? 'compose.kept' : 'compose.not_kept')}
      </p>
    </>
  );
}

type DraftFormProps = {
  readonly form: Form;
  readonly draft: Draft;
  readonly change: (change: (draft: Draft) => Draft) => void;
  readonly faults: readonly FormFault[];
  readonly channel: ChannelView;
};

function DraftForm({ form, draft, change, faults, channel }: DraftFormProps) {
  const { say } = useVoice();
  const faultOf = (name: string) => faults.find((fault) => fault.id === fieldId(name))?.sentence;
  const often = form.fields.filter(({ field }) => !SELDOM.has(field.name));
  const seldom = form.fields.filter(({ field }) => SELDOM.has(field.name));
  const drawn = (one: Form['fields'][number]) => {
    const { name, shape } = one.field;
    return shape === 'attachments' ? (
      <AttachField
        key={name}
        one={one}
        channel={channel.id}
        files={draft.attachments}
        fault={faultOf(name)}
        onChange={(files) => change((now) => ({ ...now, attachments: files(now.attachments) }))}
      />
    ) : (
      <DraftField
        key={name}
        one={one}
        value={draft.texts[name] ?? ''}
        fault={faultOf(name)}
        zones={zonesOf(channel)}
        roles={channel.roles}
        onChange={(text) => change((now) => ({ ...now, texts: { ...now.texts, [name]: text } }))}
      />
    );
  };
  return (
    <>
      {often.map(drawn)}
      {seldom.length === 0 ? null : (
        <details className="disclosure" open={seldom.some(({ field }) => faultOf(field.name) !== undefined) ? true : undefined}>
          <summary>{say('compose.seldom')}</summary>
          <div className="stack">{seldom.map(drawn)}</div>
        </details>
      )}
    </>
  );
}

function presentSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A new draft begins with the marking of what it answers, never lower, and the language of the page. */
function initialTexts(parent: DocumentView | undefined, language: string): Record<string, string> {
  const marking = parent?.fields.marking;
  return { lang: language, ...(typeof marking === 'string' ? { marking } : {}) };
}

function refsOf(kind: Kind, parent: DocumentView | undefined): readonly string[] {
  return parent !== undefined && (isAboutEntry(kind.id) || joins(kind, parent.row.kind)) ? answering(kind.id, parent) : [];
}

/** What only an act about another document asks is said to be missing in its own words. */
function withAbout(read: ReadDraft, about: AboutDraft | undefined): ReadDraft {
  if (about === undefined) return read;
  const hidden = new Set(['pointers', 'leaves', 'values', 'entry']);
  return { ...read, faults: [...about.faults, ...read.faults.filter((fault) => !hidden.has(fault.field))] };
}

function useForm(kind: Kind, channel: ChannelView, special: SpecialDraft | undefined): Form {
  const form = useMemo(() => special?.form ?? formIn(channel, kind), [kind, special, channel]);
  usePageTitle(useSay()(form.title));
  return form;
}

/** What translates nothing is mended first. That the original is in the same language is only said: its author may have left the language of the page. */
function withTranslation(
  read: ReadDraft,
  kind: Kind,
  parent: DocumentView | undefined,
): { readonly read: ReadDraft; readonly meaning: readonly Phrase[] } {
  const of = parent === undefined ? undefined : kindOf(parent.row.kind);
  if (kind.id !== 'translation' || parent === undefined || of === undefined) return { read, meaning: [] };
  const found = translationFindings({ kind: of, fields: parent.fields, erased: parent.erased }, Object.fromEntries(read.fields));
  const faults = found.filter(mendsFirst).map((phrase) => ({ field: 'text', phrase }));
  return { read: { ...read, faults: [...read.faults, ...faults] }, meaning: found.filter((phrase) => !mendsFirst(phrase)) };
}

/** A field that the program makes from what is written is not said to be missing beside that. */
function withSpecial(read: ReadDraft, special: SpecialDraft | undefined, draft: Draft): ReadDraft {
  if (special === undefined) return read;
  const asked = new Set(special.form.fields.map(({ field }) => field.name));
  return { ...read, faults: [...special.faults(draft), ...read.faults.filter(({ field }) => asked.has(field))] };
}

function keeping(special: SpecialDraft | undefined, draft: Draft): { readonly beforeSigning?: () => Promise<void> } {
  const before = special?.beforeSigning;
  return before === undefined ? {} : { beforeSigning: () => before(draft) };
}

function useFilled(kind: Kind, channel: ChannelView, parent: DocumentView | undefined) {
  const [nonce] = useState(() => toBase64url(randomBytes(16)));
  return useMemo(() => {
    const person = parent === undefined ? undefined : channel.people.find((one) => one.matter === parent.row.matter);
    const about = { actor: person?.actor, representative: person?.name };
    const from = parent === undefined ? undefined : { kind: parent.row.kind, id: parent.row.id, fields: parent.fields, ...about };
    return filledFields(kind, from, () => nonce);
  }, [kind, channel, parent, nonce]);
}

import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { correctedFields } from '../../projection/corrected.ts';
import { lateIn } from '../../projection/joint/silence.ts';
import type { PersonPage } from '../../projection/people-views.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { zonesOf } from '../instants.ts';
import { moveFocus, useKeys } from '../keyboard.ts';
import { usePageTitle } from '../page-title.ts';
import { AboutNotices, AboutTarget, CorrectedMark, Erasures } from '../parts/about-entries.tsx';
import { Attachments } from '../parts/attachments.tsx';
import { glyphOf } from '../parts/delivery.tsx';
import { DocumentActs, silenceOver } from '../parts/document-acts.tsx';
import { EntryRow, Reference, rowContext, SeamBand } from '../parts/entry-row.tsx';
import { Evidence } from '../parts/evidence.tsx';
import { FieldList } from '../parts/field-value.tsx';
import { Glyph } from '../parts/glyph.tsx';
import { HandOver } from '../parts/hand-over.tsx';
import { ExchangeNow } from '../parts/joint/exchange-now.tsx';
import { JointStates } from '../parts/joint/joint-states.tsx';
import { SilenceNow } from '../parts/joint/silence-now.tsx';
import { MissionStrip } from '../parts/mission-strip.tsx';
import { Acknowledgement, Beside } from '../parts/person-sheet.tsx';
import { PrintFrame } from '../parts/print-frame.tsx';
import { Receipts } from '../parts/receipts.tsx';
import { Answered } from '../parts/states.tsx';
import { TlpLabel } from '../parts/tlp-label.tsx';
import { UnusedNotice } from '../parts/unused-notice.tsx';
import { WhatLeft } from '../parts/what-left.tsx';
import { DueLine, Instant, useNow } from '../parts/when.tsx';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { takeApart } from '../summary.ts';
import { visible } from '../visible.ts';

/** One document on its author's side; what the other side holds of it, or what we do with it, stands opposite. */
export function Document() {
  const { channel, id } = useParams({ from: '/c/$channel/documents/$id' });
  const channelQuery = useQuery(queries.channel(channel));
  const query = useQuery(queries.document(channel, id));
  return (
    <Answered query={query}>
      {(document) => (channelQuery.data === undefined ? null : <Page document={document} channel={channelQuery.data} />)}
    </Answered>
  );
}

function Page({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const now = useNow();
  const { row } = document;
  const side = row.party === channel.us ? 'ours' : 'theirs';
  const context = { ...rowContext(channel, now), late: lateIn(document.joint) };
  const silence = silenceOver(document, row.id);
  const exchange = document.joint.find((one) => one.kind === 'simultaneous_exchange');
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });
  return (
    <>
      <PrintFrame marking={row.marking} reference={row.ref} id={row.id} root={document.evidence.root} />
      <div className={`sides document-page ${side}`}>
        <article className="document-sheet sheet">
          <DocumentHead document={document} channel={channel} />
          <AboutNotices document={document} channel={channel} />
          <AboutTarget document={document} channel={channel} />
          <FieldList
            document={document}
            channel={channel.id}
            zones={zonesOf(channel)}
            lead={leadField(document)}
            said={Object.keys(row.summary.values ?? {})}
          />
          <Attachments attachments={document.attachments} channel={channel} party={row.party} />
          <SignerLine document={document} />
        </article>
        <div className="document-stitch" aria-hidden="true">
          <Glyph kind={glyphOf(row)} side={side} />
        </div>
        <aside className="document-opposite stack">
          {exchange === undefined ? null : <ExchangeNow exchange={exchange} channel={channel} />}
          {row.due === undefined ? null : (
            <section>
              <DueLine due={row.due} us={channel.us} zones={zonesOf(channel)} now={now} />
            </section>
          )}
          {silence !== undefined ? <SilenceNow silence={silence} proposer={partyOf(document, silence.entry)} channel={channel} /> : null}
          <Receipts document={document} channel={channel} />
          <Erasures document={document} channel={channel} />
          {row.unacknowledged ? <NotUsed channel={channel} signer={row.signer} /> : null}
          {document.about === undefined ? null : <About person={document.about} channel={channel} />}
          <DocumentActs document={document} channel={channel} />
          <WhatLeft document={document} channel={channel} />
          <HandOver document={document} />
          <Evidence document={document} />
        </aside>
      </div>
      <JointStates joint={document.joint} rows={document.thread} channel={channel} />
      {document.thread.length < 2 ? null : (
        <section aria-label={say('document.thread')} className="thread">
          <SeamBand>{say('document.thread')}</SeamBand>
          {document.moreInThread === 0 ? null : <SeamBand>{say('document.more_in_thread', { count: document.moreInThread })}</SeamBand>}
          {document.thread.map((one) => (
            <div key={one.id} className="table-item-flow" aria-current={one.id === row.id ? 'true' : undefined}>
              <EntryRow row={one} context={context} />
            </div>
          ))}
        </section>
      )}
    </>
  );
}

/** The party whose document in the matter this is. */
function partyOf({ row, thread }: DocumentView, id: string): number {
  return id === row.id ? row.party : (thread.find((one) => one.id === id)?.party ?? -1);
}

function DocumentHead({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const { row } = document;
  const { label, words } = takeApart(say, row.summary);
  const heading = leadText(document) ?? words;
  usePageTitle(visible(row.ref), heading ?? label);
  return (
    <header className="document-head">
      <p className="entry-head">
        <span className="caps">{say(row.party === channel.us ? 'side.ours' : 'side.theirs')}</span>
        <strong>{label}</strong>
        <Reference text={row.ref} />
        {row.exercise ? <span className="exercise">{say('row.exercise')}</span> : null}
        <span className="entry-marking">
          <TlpLabel marking={row.marking} />
        </span>
      </p>
      <h1 className={heading === undefined ? '' : 'party-heading'} dir="auto">
        {heading ?? label}
      </h1>
      <CorrectedMark corrected={row.corrected} channel={channel.id} />
      {row.answers === undefined || document.about !== undefined || document.thread.some(({ id }) => id === document.aboutEntry) ? null : (
        <p className="muted">
          {say('row.answers')} {row.answersCorrected === undefined ? null : `${say(`row.answers_${row.answersCorrected}`)} `}
          <bdi>{say(row.answers)}</bdi>
        </p>
      )}
      {row.valid ? null : (
        <div className="notice">
          <h2>{say('document.void_title')}</h2>
          {row.findings.map((finding) => (
            <p key={finding.id + JSON.stringify(finding.values)}>{say(finding)}</p>
          ))}
          <p className="muted">{say('document.void_text')}</p>
        </div>
      )}
      {row.valid && row.findings.length > 0 ? (
        <ul className="findings">
          {row.findings.map((finding) => (
            <li key={finding.id + JSON.stringify(finding.values)}>{say(finding)}</li>
          ))}
        </ul>
      ) : null}
    </header>
  );
}

function SignerLine({ document }: { readonly document: DocumentView }) {
  const say = useSay();
  const { signer, row, clearance } = document;
  return (
    <p className="signer-line">
      {row.kind === 'identity' ? (
        <span>{say('document.signed_identity', { party: row.signer })}</span>
      ) : signer === null ? (
        <span>{say('document.signer_unknown')}</span>
      ) : (
        <span>{say(signer.automatic ? 'document.signed_automatic' : 'document.signed', { name: signer.name, post: signer.post })}</span>
      )}{' '}
      <span className="muted">
        {say('document.dated')} <Instant at={row.time} />
      </span>
      {clearance?.cleared === undefined ? null : (
        <span className="muted cleared-line">
          {say('clearance.document', { name: clearance.cleared.name })} <Instant at={clearance.cleared.at} />
        </span>
      )}
      {signer?.compromisedSince === undefined ? null : (
        <strong className="compromised">
          {say('document.compromised')} <Instant at={signer.compromisedSince} />
        </strong>
      )}
    </p>
  );
}

/** Signed by somebody of the other side whom nobody here has acknowledged: shown, and not used. */
function NotUsed({ channel, signer }: { readonly channel: ChannelView; readonly signer: string }) {
  return (
    <section className="notice">
      <UnusedNotice channel={channel.id} signer={signer} text="unused.text" heading="h2" />
    </section>
  );
}

/** The mission of the person that an act of a party is about, and what stands beside them. */
function About({ person, channel }: { readonly person: PersonPage; readonly channel: ChannelView }) {
  const say = useSay();
  return (
    <section className="stack-small">
      <h2 className="section-title">
        <bdi>{visible(person.name)}</bdi>, <bdi>{visible(person.post)}</bdi>
      </h2>
      <MissionStrip acts={person.acts} />
      <Beside beside={person.beside} channel={channel} />
      <Acknowledgement person={person} channel={channel} />
      <p>
        <Link to="/c/$channel/people" params={{ channel: channel.id }}>
          {say('people.all')}
        </Link>
      </p>
    </section>
  );
}

/** The field whose words are the heading. */
function leadField(document: DocumentView): string | undefined {
  return ['subject', 'title', 'statement'].find((name) => typeof document.fields[name] === 'string');
}

/** Its words, as they stand now. */
function leadText(document: DocumentView): string | undefined {
  const name = leadField(document);
  const value = name === undefined ? undefined : correctedFields(document)[name];
  return typeof value === 'string' ? visible(value) : undefined;
}

import { Link } from '@tanstack/react-router';
import { isAboutEntry, isHeldTo, mayBeTakenBack } from '../../document/about-entries.ts';
import type { Kind } from '../../document/kind.ts';
import { joins, KINDS, kindOf } from '../../document/registry.ts';
import { isBefore, isHeldToExchange, nextInExchange } from '../../projection/joint/exchange.ts';
import { type SilenceJoint, silenceStage } from '../../projection/joint/silence.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { erasable } from '../about-draft.ts';
import { useSay } from '../say.tsx';
import { useNow } from './when.tsx';

/** The acts offered first on a document, when its kind takes them. */
const FIRST = ['reply', 'position', 'communication_check_answer', 'commitment', 'reveal', 'objection'] as const;

/** Further kinds that are all in sight; of more, only what people write most days is, and the others are a list to open. */
const MAX_IN_SIGHT = 4;

/** What we can do with a document: answer it, take a position, ask about it. */
export function DocumentActs({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const now = useNow();
  const { row } = document;
  const found = silenceOver(document, row.id);
  const silence = found?.entry === row.id ? found : undefined;
  const stage = silence === undefined ? undefined : silenceStage(silence, now);
  const mayStillBreak = stage === 'open';
  // What is put under silence is objected to from its own page too.
  const isCalledFor = silence === undefined && found !== undefined && silenceStage(found, now) === 'open' && mayObject(found, channel.us);
  if (!row.valid || !channel.open || row.unacknowledged) return null;
  const joining = KINDS.filter(
    (kind) =>
      kind.signedBy === 'representative' &&
      !isAboutEntry(kind.id) &&
      joins(kind, row.kind) &&
      mayJoin(kind.id, row.party === channel.us) &&
      isOurTurn(kind.id, document, channel.us) &&
      (kind.id !== 'objection' || mayObject(silence, channel.us)),
  );
  const first = joining.filter((kind) => (FIRST as readonly string[]).includes(kind.id) && (kind.id !== 'objection' || mayStillBreak));
  const rest = joining.filter((kind) => !first.includes(kind));
  const inSight = rest.length <= MAX_IN_SIGHT ? rest : rest.filter(({ id }) => id === 'message');
  const asks = kindOf('request')?.opens === true && row.kind !== 'request';
  const own = row.party === channel.us;
  return (
    <section className="document-acts">
      <h2 className="section-title">{say(own ? 'acts.title_own' : 'acts.title')}</h2>
      <div className="actions">
        {own && (stage === 'complete' || stage === 'broken') ? (
          <Announce channel={channel.id} to={row.id} isCalledFor={stage === 'complete'} />
        ) : null}
        {isCalledFor ? (
          <Link
            className="button primary"
            to="/c/$channel/compose"
            params={{ channel: channel.id }}
            search={{ kind: 'objection', to: found?.entry ?? '' }}
          >
            {say('acts.answer', { kind: 'objection', name: say('kind.objection') })}
          </Link>
        ) : null}
        {first.map((kind, i) => (
          <Link
            key={kind.id}
            className={
              i === 0 && !isCalledFor && (!own || row.kind === 'simultaneous_exchange') && isTimely(kind.id, document, channel.us, now)
                ? 'button primary'
                : 'button'
            }
            to="/c/$channel/compose"
            params={{ channel: channel.id }}
            search={{ kind: kind.id, to: row.id }}
          >
            {say('acts.answer', { kind: kind.id, name: say(`kind.${kind.id}`) })}
          </Link>
        ))}
        {asks ? (
          <Link
            className={first.length === 0 && !own && found === undefined ? 'button primary' : 'button'}
            to="/c/$channel/compose"
            params={{ channel: channel.id }}
            search={{ kind: 'request', to: row.id }}
          >
            {say(own ? 'acts.ask_own' : 'acts.ask')}
          </Link>
        ) : null}
        {row.kind === 'claim' && !own ? (
          <Link className="button" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind: 'claim', to: row.id }}>
            {say('menu.counter')}
          </Link>
        ) : null}
        <Adding kinds={inSight} channel={channel.id} to={row.id} />
        {takingBack(document, channel).map(([kind, label]) => (
          <Link key={kind} className="button" to="/c/$channel/compose" params={{ channel: channel.id }} search={{ kind, to: row.id }}>
            {say(label)}
          </Link>
        ))}
      </div>
      {inSight.length === rest.length ? null : (
        <details className="disclosure">
          <summary>{say('menu.more_here')}</summary>
          <div className="actions">
            <Adding kinds={rest.filter((kind) => !inSight.includes(kind))} channel={channel.id} to={row.id} />
          </div>
        </details>
      )}
    </section>
  );
}

/** To say what came of our silence: what is called for once it is complete; a broken one calls for another version first. */
function Announce({ channel, to, isCalledFor }: { readonly channel: string; readonly to: string; readonly isCalledFor: boolean }) {
  const say = useSay();
  return (
    <Link className={isCalledFor ? 'button primary' : 'button'} to="/c/$channel/compose" params={{ channel }} search={{ kind: 'message', to }}>
      {say('acts.announce')}
    </Link>
  );
}

/** What else may stand in the matter, a button each. */
function Adding({ kinds, channel, to }: { readonly kinds: readonly Kind[]; readonly channel: string; readonly to: string }) {
  const say = useSay();
  return kinds.map((kind) => (
    <Link key={kind.id} className="button" to="/c/$channel/compose" params={{ channel }} search={{ kind: kind.id, to }}>
      {say('acts.add', { kind: say(`kind.${kind.id}`) })}
    </Link>
  ));
}

/** Acts by which an author takes back what they said, and either side says that it holds something no more; each with its words. */
function takingBack(document: DocumentView, channel: ChannelView): readonly (readonly [kind: string, label: string])[] {
  const kind = kindOf(document.row.kind);
  if (kind === undefined) return [];
  const own = document.row.party === channel.us;
  const back = own && mayBeTakenBack(kind) && !isHeldTo(kind.id);
  const acts: (readonly [string, string])[] = [];
  if (back) acts.push(['correction', 'acts.correction']);
  if (back && document.withdrawal === undefined && !isHeldToExchange(document.row, document.joint)) acts.push(['withdrawal', 'acts.withdrawal']);
  if (erasable(document, channel.us).size > 0) acts.push(['body_erased', own ? 'acts.body_erased' : 'acts.dropped']);
  return acts;
}

/** Whether an act is what the page calls for now: a reveal is not before all are committed, and its moment has come. */
function isTimely(kind: string, document: DocumentView, us: number, now: number): boolean {
  if (kind !== 'reveal') return true;
  const exchange = exchangeIn(document);
  return exchange !== undefined && nextInExchange(exchange, us) === 'reveal' && !isBefore(exchange, now);
}

/** The exchange that this document opened. */
function exchangeIn({ joint, row }: DocumentView) {
  const found = joint.find((one) => one.kind === 'simultaneous_exchange' && one.entry === row.id);
  return found?.kind === 'simultaneous_exchange' ? found : undefined;
}

/** In an exchange a side commits once, and then reveals once; whoever is committed first waits, and may insist. */
function isOurTurn(kind: string, document: DocumentView, us: number): boolean {
  if (kind !== 'commitment' && kind !== 'reveal') return true;
  const exchange = exchangeIn(document);
  if (exchange === undefined) return false;
  const next = nextInExchange(exchange, us);
  return kind === 'commitment' ? next === 'commit' : next === 'reveal' || next === 'wait';
}

/** The silence that a document is, or one that is open over it. */
export function silenceOver({ joint }: Pick<DocumentView, 'joint'>, id: string): SilenceJoint | undefined {
  const silences = joint.flatMap((one) => (one.kind === 'silence_procedure' ? [one] : []));
  return silences.find(({ entry }) => entry === id) ?? silences.find(({ of, state }) => of === id && state === 'open');
}

/** A side objects once, until it is known what a silence came to. */
function mayObject(silence: SilenceJoint | undefined, us: number): boolean {
  if (silence === undefined || (silence.state !== 'open' && silence.state !== 'broken')) return false;
  return silence.sides.some(
    ({ party, state, objections }) => party === us && state !== 'unopened' && objections.every(({ what }) => what !== 'objection'),
  );
}

/** Nobody answers their own request, check or accreditation, or objects to their own silence, and nobody recalls the other side's people; everything else either side may add. */
function mayJoin(kind: string, own: boolean): boolean {
  if (kind === 'recall' || kind === 'return_to_post') return own;
  return !own || (kind !== 'reply' && kind !== 'communication_check_answer' && kind !== 'agrement' && kind !== 'objection');
}

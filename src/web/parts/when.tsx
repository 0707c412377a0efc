import { useEffect, useState } from 'react';
import { formatInstant, leftPhrase } from '../../base/instants.ts';
import type { DueView } from '../../projection/views.ts';
import { clocksBeside, ownZone, writeInstant, type Zones } from '../instants.ts';
import { useVoice } from '../say.tsx';

/** Below this much time left a deadline is urgent and wears the inverse chip, seconds. */
const URGENT = 24 * 3600;

/** The present in whole seconds, refreshed every half minute. */
export function useNow(): number {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 1000)), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** An instant in UTC, with the zone said. */
export function Instant({ at, style = 'full' }: { readonly at: number; readonly style?: 'time' | 'short' | 'full' }) {
  const { say, language } = useVoice();
  return <time dateTime={formatInstant(at)}>{say('when.utc', { when: writeInstant(at, style, language) ?? '' })}</time>;
}

/** How long ago, in words. */
export function Ago({ at }: { readonly at: number }) {
  const { say } = useVoice();
  const seconds = Math.max(0, useNow() - at);
  const [unit, count] =
    seconds < 3600
      ? ['minutes', Math.floor(seconds / 60)]
      : seconds < 48 * 3600
        ? ['hours', Math.floor(seconds / 3600)]
        : ['days', Math.floor(seconds / 86_400)];
  return <time dateTime={formatInstant(at)}>{say(`when.ago.${unit}`, { count: count as number })}</time>;
}

/** A deadline in UTC, and beside it in ours and theirs. */
export function Deadline({ at, zones }: { readonly at: number; readonly zones: Zones }) {
  const { say, language } = useVoice();
  const utc = writeInstant(at, 'short', language) ?? '';
  return (
    <time dateTime={formatInstant(at)} className="deadline">
      <span>{say('when.utc', { when: utc })}</span>
      {clocksBeside(at, zones, language, ownZone()).map(({ id, when }) => (
        <span key={id}>{say(id, { when })}</span>
      ))}
    </time>
  );
}

type DueLineProps = {
  readonly due: DueView;
  readonly us: number;
  readonly zones: Zones;
  readonly now: number;
  /** That it is not answered already stands above, in larger letters. */
  readonly said?: boolean;
};

/** A duty and its clock in words: answered, not answered, due when; silence is said, never interpreted. */
export function DueLine({ due, us, zones, now, said = false }: DueLineProps) {
  const { say } = useVoice();
  if (due.status === 'met' || due.status === 'met_late') {
    return (
      <p className="due met">
        {say(`due.${due.follows ? 'given' : 'answered'}${due.status === 'met' ? '' : '_late'}`, { title: due.title ?? '' })}
        {due.metAt === undefined ? null : (
          <>
            {' '}
            <Instant at={due.metAt} style="short" />
          </>
        )}
      </p>
    );
  }
  if (due.status === 'withdrawn') return <p className="due met">{say('due.withdrawn')}</p>;
  if (due.earlierWords) return <EarlierWords isOurs={due.debtor === us} />;
  return (
    <p className="due">
      {said ? null : <strong>{say(notAnswered(due, us), { title: due.title ?? '' })}</strong>}
      {due.dueAt === undefined ? (
        <span>{say(due.unowed ? 'due.unowed' : due.status === 'not_started' ? 'due.not_started' : 'due.no_date')}</span>
      ) : (
        <span>
          {due.silence || due.over !== undefined || due.exchange !== undefined ? null : `${say(dueWords(due, said), { title: due.title ?? '' })} `}
          <Deadline at={due.dueAt} zones={zones} />
        </span>
      )}
      {due.receiptOwedSince === undefined ? null : (
        <span>
          {say('due.receipt_owed')} <Instant at={due.receiptOwedSince} style="short" />
        </span>
      )}
      <TimeLeft due={due} now={now} />
    </p>
  );
}

/** A date is said with what is due then, since a document that asks may start several clocks; what is given is named before it. */
function dueWords(due: DueView, said: boolean): string {
  const id = due.status === 'late_so_far' ? 'due.was_due' : 'due.due';
  return due.title === undefined || (isGiven(due) && !said) ? id : `${id}_titled`;
}

/** A commitment answers nothing: it is given. */
function isGiven(due: DueView): boolean {
  return due.follows === true || (due.kind === 'simultaneous_exchange' && due.title !== undefined);
}

/** That a claim was corrected since somebody took a position on it. */
function EarlierWords({ isOurs }: { readonly isOurs: boolean }) {
  const { say } = useVoice();
  return (
    <p className="due">
      <strong>{say('claim.earlier_words', { who: isOurs ? 'ours' : 'theirs' })}</strong>
    </p>
  );
}

function notAnswered(due: DueView, us: number): string {
  const late = due.status === 'late_so_far';
  if (due.silence) return 'due.silence';
  if (due.over !== undefined) return `due.silence_${due.over}`;
  if (due.exchange !== undefined) return `due.exchange_${due.exchange}`;
  if (isGiven(due)) return due.debtor === us ? 'due.not_given_us' : 'due.not_given';
  if (due.debtor === us) return late ? 'due.not_answered_us_so_far' : 'due.not_answered_us';
  return late ? 'due.not_answered_so_far' : 'due.not_answered';
}

/** The inverse chip: what is left, or by how much it is late so far. */
export function TimeLeft({ due, now }: { readonly due: DueView; readonly now: number }) {
  if (
    due.dueAt === undefined ||
    due.metAt !== undefined ||
    due.over !== undefined ||
    (due.exchange !== undefined && due.dueAt < now) ||
    due.status === 'withdrawn'
  )
    return null;
  return <Left until={due.dueAt} now={now} />;
}

/** The chip of what is left until an instant, or by how much it is over, once that is near. */
export function Left({ until, now }: { readonly until: number; readonly now: number }) {
  const { say } = useVoice();
  const left = until - now;
  if (left >= URGENT) return null;
  return <span className="chip">{say(leftPhrase(left))}</span>;
}

import { Link } from '@tanstack/react-router';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { ChannelView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { isGateAlarm, trustOf } from '../trust.ts';
import { Glyph, type GlyphKind } from './glyph.tsx';
import { Instant } from './when.tsx';

const GLYPHS: Readonly<Record<ReturnType<typeof trustOf>['state'], GlyphKind>> = {
  verified: 'verified',
  catching_up: 'waiting',
  founding: 'open',
  alarm: 'fork',
};

/** One trust state, one wording, one button. */
export function TrustLine({ channel }: { readonly channel: ChannelView }) {
  const say = useSay();
  const trust = trustOf(channel);
  return (
    <div className={`trust trust-${trust.state}`}>
      <Glyph kind={GLYPHS[trust.state]} />
      <span>{say(trust.phrase)}</span>
      {trust.state === 'alarm' ? (
        <Link className="text-button" to="/c/$channel/alarm" params={{ channel: channel.id }}>
          {say(isGateAlarm(trust.phrase) ? 'gate.open' : 'trust.alarm_open')}
        </Link>
      ) : (
        <DialogTrigger>
          <Button className="text-button">{say('trust.button')}</Button>
          <Popover placement="bottom end" className="popover-panel">
            <Dialog aria-label={say('trust.button')}>
              <Sentences sentences={trust.sentences} />
              <p className="muted">{say('trust.not_proved')}</p>
            </Dialog>
          </Popover>
        </DialogTrigger>
      )}
    </div>
  );
}

/** That an earlier alarm is over, quietly, with the way to what happened and its proof. */
export function SettledLine({ channel }: { readonly channel: ChannelView }) {
  const say = useSay();
  if (channel.alarm !== undefined || channel.forks.length === 0) return null;
  return (
    <p className="muted">
      {say('alarm.settled')}{' '}
      <Link to="/c/$channel/alarm" params={{ channel: channel.id }}>
        {say('trust.alarm_open')}
      </Link>
    </p>
  );
}

/** Sentences with their marks: a tick for what was verified here, a cross for what failed, a dashed line for what is open. */
export function Sentences({ sentences }: { readonly sentences: ReturnType<typeof trustOf>['sentences'] }) {
  const say = useSay();
  return (
    <ul className="said-list">
      {sentences.map((sentence) => (
        <li key={`${sentence.phrase.id} ${JSON.stringify(sentence.phrase.values)}`}>
          <Glyph kind={sentence.ok === null ? 'withheld' : sentence.ok ? 'verified' : 'failed'} />
          <p>
            {say(sentence.phrase)}
            {sentence.at === undefined ? null : (
              <>
                {' '}
                <Instant at={sentence.at} style="short" />
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { DutyCard as Card, ChannelView } from '../../projection/views.ts';
import { ownZone, writeInstant } from '../instants.ts';
import { useSay, useVoice } from '../say.tsx';
import { visible } from '../visible.ts';
import { Instant, useNow } from './when.tsx';

/** Who answers there now: the line always in sight, the whole card one press away. */
export function DutyLine({ channel, party }: { readonly channel: ChannelView; readonly party: number }) {
  const say = useSay();
  const card = channel.dutyCards.find((one) => one.party === party);
  if (card === undefined) return <p className="duty muted">{say('duty.none')}</p>;
  return (
    <div className="duty">
      <span className="muted on-duty">{say('duty.on_duty')}</span>
      <bdi>{visible(card.person)}</bdi>
      <a href={`tel:${card.telephone.replace(/[^+\d]/g, '')}`} dir="ltr">
        {card.telephone}
      </a>
      <DialogTrigger>
        <Button className="text-button">{say('duty.card')}</Button>
        <Popover placement="bottom start" className="popover-panel">
          <Dialog aria-label={say('duty.card_of', { party: channel.parties[party]?.name ?? '' })}>
            <CardFacts card={card} />
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}

function CardFacts({ card }: { readonly card: Card }) {
  const { say, language } = useVoice();
  const now = useNow();
  const there = card.zone === undefined ? undefined : writeInstant(now, 'time', language, card.zone);
  const here = writeInstant(now, 'time', language, ownZone()) ?? '';
  return (
    <dl className="facts">
      <Fact name="duty.person" value={card.person} />
      <Fact name="duty.office" value={card.office} />
      <dt>{say('duty.telephone')}</dt>
      <dd dir="ltr" className="start">
        {card.telephone}
      </dd>
      <Fact name="duty.languages" value={card.languages.join(', ')} />
      <Fact name="duty.hours" value={card.hours} />
      {there === undefined ? null : (
        <>
          <dt>{say('duty.clock')}</dt>
          <dd>{say('duty.clock_there_here', { there, here })}</dd>
        </>
      )}
      <Fact name="duty.backup" value={card.backup} />
      <dt>{say('duty.check')}</dt>
      <dd>{card.lastCheckAnswered === undefined ? say('duty.never_checked') : <Instant at={card.lastCheckAnswered} />}</dd>
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  const say = useSay();
  if (value === '') return null;
  return (
    <>
      <dt>{say(name)}</dt>
      <dd>
        <bdi>{visible(value)}</bdi>
      </dd>
    </>
  );
}

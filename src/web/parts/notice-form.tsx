import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { NOTICE_EVENTS, type NoticeEvent } from '../../projection/notice-views.ts';
import type { NoticesWanted } from '../api.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { ErrorSummary, type FormFault } from './error-summary.tsx';
import { FieldFrame, TextField } from './fields.tsx';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Where to, of what, in which channels, and how often. */
export function NoticeForm({ onWanted }: { readonly onWanted: (wanted: NoticesWanted) => Promise<boolean> }) {
  const say = useSay();
  const { data: channels = [] } = useQuery(queries.channels());
  const [mail, setMail] = useState('');
  const [events, setEvents] = useState<ReadonlySet<NoticeEvent>>(new Set(NOTICE_EVENTS));
  const [reach, setReach] = useState<'all' | 'some'>('all');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [how, setHow] = useState<'now' | 'digest'>('now');
  const [hour, setHour] = useState(6);
  const [attempt, setAttempt] = useState(0);
  const faults: FormFault[] = [
    ...(mail.trim() === '' ? [{ id: 'notices-mail', sentence: say('notices.address_missing') }] : []),
    ...(events.size === 0 ? [{ id: 'notices-events', sentence: say('notices.events_missing') }] : []),
    ...(reach === 'some' && chosen.size === 0 ? [{ id: 'notices-channels', sentence: say('notices.channels_missing') }] : []),
  ];
  const faultOf = (id: string) => (attempt === 0 ? undefined : faults.find((fault) => fault.id === id)?.sentence);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAttempt((n) => n + 1);
    if (faults.length > 0) return;
    const wanted = { mail: mail.trim(), channels: reach === 'all' ? [] : [...chosen], events: NOTICE_EVENTS.filter((one) => events.has(one)) };
    if (!(await onWanted(how === 'now' ? wanted : { ...wanted, digestHour: hour }))) return;
    setMail('');
    setAttempt(0);
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      <ErrorSummary faults={faults} attempt={attempt} />
      <TextField
        id="notices-mail"
        label={say('notices.address')}
        value={mail}
        onChange={setMail}
        fault={faultOf('notices-mail')}
        autoComplete="email"
      />
      <FieldFrame id="notices-events" label={say('notices.events')} fault={faultOf('notices-events')} group>
        <div className="rule-kinds">
          {NOTICE_EVENTS.map((one) => (
            <Check key={one} label={say(`notices.event.${one}`)} isOn={events.has(one)} onChange={(on) => setEvents(toggled(events, one, on))} />
          ))}
        </div>
      </FieldFrame>
      <Choice label={say('notices.channels')} value={reach} of={['all', 'some']} say={(one) => say(`notices.channels.${one}`)} onChange={setReach} />
      {reach === 'all' ? null : (
        <FieldFrame id="notices-channels" label={say('notices.channels.which')} fault={faultOf('notices-channels')} group>
          <div className="rule-kinds">
            {channels.map(({ id, title }) => (
              <Check key={id} label={title} isOn={chosen.has(id)} onChange={(on) => setChosen(toggled(chosen, id, on))} />
            ))}
          </div>
        </FieldFrame>
      )}
      <Choice label={say('notices.how')} value={how} of={['now', 'digest']} say={(one) => say(`notices.how.${one}`)} onChange={setHow} />
      {how === 'now' ? null : (
        <div className="field notice-hour">
          <label htmlFor="notices-hour">{say('notices.hour')}</label>
          <select id="notices-hour" className="input" value={hour} onChange={(event) => setHour(Number(event.target.value))}>
            {HOURS.map((one) => (
              <option key={one} value={one}>
                {`${String(one).padStart(2, '0')}:00`}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className="actions">
        <button type="submit" className="button primary">
          {say('notices.subscribe')}
        </button>
      </div>
    </form>
  );
}

function Check({ label, isOn, onChange }: { readonly label: string; readonly isOn: boolean; readonly onChange: (on: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      <bdi>{label}</bdi>
    </label>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly of: readonly T[];
  readonly say: (one: T) => string;
  readonly onChange: (one: T) => void;
};

function Choice<T extends string>({ label, value, of, say, onChange }: ChoiceProps<T>) {
  return (
    <RadioGroup className="field radio-group rule-reach" value={value} onChange={(one) => onChange(one as T)}>
      <Label className="label">{label}</Label>
      {of.map((one) => (
        <Radio key={one} value={one} className="radio">
          <span className="radio-mark" aria-hidden="true" />
          {say(one)}
        </Radio>
      ))}
    </RadioGroup>
  );
}

function toggled<T>(set: ReadonlySet<T>, one: T, on: boolean): ReadonlySet<T> {
  return new Set(on ? [...set, one] : [...set].filter((other) => other !== one));
}

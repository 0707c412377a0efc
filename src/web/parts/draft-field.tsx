import { Radio, RadioGroup } from 'react-aria-components';
import type { FormField } from '../../document/form.ts';
import { readInput } from '../../document/form.ts';
import type { Zones } from '../instants.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';
import { describedBy, FieldFrame, TextField } from './fields.tsx';
import { Offered } from './offered.tsx';
import { RowsField } from './rows-field.tsx';
import { TlpLabel } from './tlp-label.tsx';
import { Deadline } from './when.tsx';

/** Choices up to this many are all in sight; more are a list to open. */
const RADIO_MAX = 7;

export type DraftFieldProps = {
  readonly one: FormField;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fault: string | undefined;
  readonly zones: Zones;
  /** What the channel's procedures call the points of contact. */
  readonly roles: readonly string[];
};

/** The element id of a field, where the error summary leads. */
export function fieldId(name: string): string {
  return `draft-${name}`;
}

/** One question of a form, drawn from its shape; attachments have their own part. */
export function DraftField({ one, value, onChange, fault, zones, roles }: DraftFieldProps) {
  const say = useSay();
  const { field } = one;
  const id = fieldId(field.name);
  const label = one.required ? say(one.label) : say('compose.optional', { label: say(one.label) });
  const frame = { id, label, hint: say(one.help), fault };
  const words = field.offers === 'roles' ? roles : [];
  const offered = <Offered label={say(one.label)} words={words} value={value} many={field.shape === 'lines'} onChange={onChange} />;
  switch (field.shape) {
    case 'choice':
      return field.of.length <= RADIO_MAX ? (
        <Choices frame={frame} one={one} value={value} onChange={onChange} />
      ) : (
        <FieldFrame {...frame}>
          <select
            id={id}
            className="input"
            value={value}
            aria-invalid={fault !== undefined}
            aria-describedby={describedBy(id, frame.hint, fault)}
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="">{say('compose.not_said')}</option>
            {one.choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {say(choice.label)}
              </option>
            ))}
          </select>
        </FieldFrame>
      );
    case 'flag':
      return <Choices frame={frame} one={{ ...one, choices: FLAG }} value={value} onChange={onChange} />;
    case 'choices':
      return <Checks frame={frame} one={one} value={value} onChange={onChange} />;
    case 'text':
    case 'lines':
    case 'entries':
      return (
        <FieldFrame {...frame}>
          <textarea
            id={id}
            className={field.shape === 'text' ? 'input' : 'input lines'}
            dir="auto"
            rows={field.shape === 'text' && field.max > 5000 ? 8 : 3}
            value={value}
            aria-invalid={fault !== undefined}
            aria-describedby={describedBy(id, frame.hint, fault)}
            onChange={(event) => onChange(event.target.value)}
          />
          {offered}
        </FieldFrame>
      );
    case 'rows':
      return <RowsField frame={frame} field={field} value={value} onChange={onChange} />;
    case 'instant':
      return <InstantField frame={frame} one={one} value={value} onChange={onChange} zones={zones} />;
    default:
      return (
        <TextField {...frame} value={value} onChange={onChange} party={field.shape === 'line' && field.as === undefined}>
          {offered}
        </TextField>
      );
  }
}

const FLAG = [
  { value: 'yes', label: 'value.yes' },
  { value: 'no', label: 'value.no' },
];

type Frame = { readonly id: string; readonly label: string; readonly hint: string; readonly fault: string | undefined };
type InnerProps = { readonly frame: Frame; readonly one: FormField; readonly value: string; readonly onChange: (value: string) => void };

function Choices({ frame, one, value, onChange }: InnerProps) {
  const say = useSay();
  const choices = one.required ? one.choices : [...one.choices, { value: '', label: 'compose.not_said' }];
  return (
    <FieldFrame {...frame} group>
      <RadioGroup
        aria-label={frame.label}
        className="radio-group"
        value={value === '' && one.required ? null : value}
        onChange={onChange}
        orientation="horizontal"
      >
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="radio">
            <span className="radio-mark" aria-hidden="true" />
            {one.field.name === 'marking' && choice.value !== '' ? <TlpLabel marking={choice.value} /> : say(choice.label)}
          </Radio>
        ))}
      </RadioGroup>
    </FieldFrame>
  );
}

function Checks({ frame, one, value, onChange }: InnerProps) {
  const say = useSay();
  const chosen = value.split('\n').filter((line) => line !== '');
  return (
    <FieldFrame {...frame} group>
      <div className="radio-group">
        {one.choices.map((choice) => (
          <label key={choice.value} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(choice.value)}
              onChange={(event) =>
                onChange((event.target.checked ? [...chosen, choice.value] : chosen.filter((other) => other !== choice.value)).join('\n'))
              }
            />
            {choice.label === choice.value ? <bdi>{visible(choice.value)}</bdi> : say(choice.label)}
          </label>
        ))}
      </div>
    </FieldFrame>
  );
}

/** Written in UTC, and said back in all three clocks, so that a wrong zone is seen before it is signed. */
function InstantField({ frame, one, value, onChange, zones }: InnerProps & { readonly zones: Zones }) {
  const say = useSay();
  const read = readInput(one.field, value);
  const at = 'value' in read && typeof read.value === 'number' ? read.value : undefined;
  return (
    <FieldFrame {...frame}>
      <div className="instant-field">
        <input
          id={frame.id}
          className="input"
          type="datetime-local"
          value={value}
          aria-invalid={frame.fault !== undefined}
          aria-describedby={describedBy(frame.id, frame.hint, frame.fault)}
          onChange={(event) => onChange(event.target.value)}
        />
        <span>{say('when.zone')}</span>
      </div>
      {at === undefined ? null : (
        <p>
          <Deadline at={at} zones={zones} />
        </p>
      )}
    </FieldFrame>
  );
}

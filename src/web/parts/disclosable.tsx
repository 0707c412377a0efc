import { useQuery } from '@tanstack/react-query';
import { labelOf } from '../../document/form.ts';
import type { ChannelView, TableRow } from '../../projection/views.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';
import { takeApart } from '../summary.ts';
import { RefusalNotice } from './refusal-notice.tsx';
import { Instant } from './when.tsx';

type DisclosableProps = {
  readonly row: TableRow;
  readonly channel: ChannelView;
  /** Fields shown, or `undefined` while the document is not in the proof. */
  readonly shown: readonly string[] | undefined;
  /** Whether no further document fits. */
  readonly full: boolean;
  readonly onChange: (fields: readonly string[] | undefined) => void;
};

/** A document that may be disclosed: taken in, its fields are offered one by one, none of them shown until somebody says so. */
export function Disclosable({ row, channel, shown, full, onChange }: DisclosableProps) {
  const say = useSay();
  const { label, words } = takeApart(say, row.summary);
  return (
    <li className="disclosable sheet">
      <label className="check">
        <input
          type="checkbox"
          checked={shown !== undefined}
          disabled={full && shown === undefined}
          onChange={(event) => onChange(event.target.checked ? [] : undefined)}
        />
        <span>
          <strong>{label}</strong> {words === undefined ? null : <bdi className="party-line">{words}</bdi>}
        </span>
      </label>
      <p className="muted">
        <bdi>{channel.parties[row.party]?.name}</bdi>, <Instant at={row.time} />
      </p>
      {shown === undefined ? null : <Fields row={row} channel={channel.id} shown={shown} onChange={onChange} />}
    </li>
  );
}

function Fields({ row, channel, shown, onChange }: Pick<DisclosableProps, 'row' | 'onChange'> & { channel: string; shown: readonly string[] }) {
  const say = useSay();
  const { data, error } = useQuery(queries.document(channel, row.id));
  if (error !== null) return <RefusalNotice error={error} />;
  if (data === undefined) return <p className="muted">{say('page.loading')}</p>;
  const names = Object.keys(data.fields);
  const offered = names.filter((name) => name !== 'exercise');
  const toggle = (name: string, on: boolean) => onChange(names.filter((one) => (one === name ? on : shown.includes(one))));
  return (
    <fieldset className="disclose-fields">
      <legend className="sr-only">{say('disclose.fields')}</legend>
      {offered.map((name) => (
        <label key={name} className="check">
          <input type="checkbox" checked={shown.includes(name)} onChange={(event) => toggle(name, event.target.checked)} />
          {say(labelOf(row.kind, name))}
        </label>
      ))}
      <p className="actions">
        <button type="button" className="text-button" onClick={() => onChange(shown.length < offered.length ? offered : [])}>
          {say(shown.length < offered.length ? 'disclose.all' : 'disclose.none')}
        </button>
        {data.erased.length === 0 ? null : (
          <span className="muted">{say('disclose.erased', { names: data.erased.map((name) => say(labelOf(row.kind, name))).join(', ') })}</span>
        )}
        {names.includes('exercise') ? <span className="muted">{say('disclose.exercise')}</span> : null}
      </p>
    </fieldset>
  );
}

import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useSay } from '../say.tsx';
import { isFiltering, NO_FILTER, type TableFilter } from '../table-filter.ts';

type FilterMenuProps = {
  readonly filter: TableFilter;
  /** Kinds there are among the rows read so far. */
  readonly kinds: readonly string[];
  readonly onChange: (filter: TableFilter) => void;
};

/** Narrows a Table to a side, a kind, or what is not answered; what is left out is always said. */
export function FilterMenu({ filter, kinds, onChange }: FilterMenuProps) {
  const say = useSay();
  const active = isFiltering(filter);
  return (
    <>
      <DialogTrigger>
        <Button className="text-button">{say(active ? 'filter.active' : 'filter.title')}</Button>
        <Popover placement="top start" className="popover-panel">
          <Dialog aria-label={say('filter.title')} className="stack filter-panel">
            <Choice
              label="filter.side"
              value={filter.side ?? ''}
              options={['ours', 'theirs'].map((side) => [side, `side.${side}`])}
              onChange={(side) => onChange({ ...filter, side: side === 'ours' || side === 'theirs' ? side : undefined })}
            />
            <Choice
              label="filter.kind"
              value={filter.kind ?? ''}
              options={kinds.map((kind) => [kind, `kind.${kind}`])}
              onChange={(kind) => onChange({ ...filter, kind: kind === '' ? undefined : kind })}
            />
            <label className="check">
              <input type="checkbox" checked={filter.unanswered} onChange={(event) => onChange({ ...filter, unanswered: event.target.checked })} />
              {say('filter.unanswered')}
            </label>
          </Dialog>
        </Popover>
      </DialogTrigger>
      {active ? (
        <button type="button" className="text-button" onClick={() => onChange(NO_FILTER)}>
          {say('filter.clear')}
        </button>
      ) : null}
    </>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly string[])[];
  readonly onChange: (value: string) => void;
};

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const say = useSay();
  return (
    <label className="field">
      <span className="label">{say(label)}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{say('filter.all')}</option>
        {options.map(([option = '', words = '']) => (
          <option key={option} value={option}>
            {say(words)}
          </option>
        ))}
      </select>
    </label>
  );
}

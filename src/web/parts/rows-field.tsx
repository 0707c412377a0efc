import { useEffect, useRef, useState } from 'react';
import { cellFault, cellLabelOf, choiceLabelOf } from '../../document/form.ts';
import type { Cell, Field } from '../../document/kind.ts';
import { joinRows, splitRows } from '../../document/rows.ts';
import { useSay } from '../say.tsx';
import { describedBy, FieldFrame } from './fields.tsx';

type Grid = readonly (readonly string[])[];
type RowsOf = Extract<Field, { shape: 'rows' }>;

type RowsFieldProps = {
  readonly frame: { readonly id: string; readonly label: string; readonly hint: string; readonly fault: string | undefined };
  readonly field: RowsOf;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Rows as a table that grows: a line a row, an input a cell. What is kept is the text that commands take, so rows nobody has filled are not in it. */
export function RowsField({ frame, field, value, onChange }: RowsFieldProps) {
  const say = useSay();
  const [grid, setGrid] = useState<Grid>(() => gridOf(field, value));
  const list = useRef<HTMLOListElement>(null);
  const [focus, setFocus] = useState<number | undefined>(undefined);
  // Another draft was read: what is typed here always gives the text that is kept.
  useEffect(() => setGrid((now) => (textOf(now) === value ? now : gridOf(field, value))), [field, value]);
  useEffect(() => {
    if (focus === undefined) return;
    list.current?.children[focus]?.querySelector<HTMLElement>('input, select, textarea')?.focus();
    setFocus(undefined);
  }, [focus]);
  const change = (next: Grid): void => {
    setGrid(next);
    onChange(textOf(next));
  };
  const write = (row: number, column: number, text: string): void =>
    change(grid.map((cells, i) => (i === row ? cells.map((cell, j) => (j === column ? text : cell)) : cells)));
  const remove = (row: number): void => {
    const rest = grid.filter((_, i) => i !== row);
    change(rest.length === 0 ? [blank(field)] : rest);
    setFocus(Math.max(0, row - 1));
  };
  return (
    <FieldFrame {...frame} group>
      <ol className="rows-field" ref={list}>
        {grid.map((cells, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; two rows may say the same
          <li key={row}>
            <RowCells
              {...{ frame, field, cells, row }}
              onWrite={(column, text) => write(row, column, text)}
              onUp={row === 0 ? undefined : () => change(swapped(grid, row))}
              onRemove={grid.length === 1 && cells.every((cell) => cell === '') ? undefined : () => remove(row)}
            />
          </li>
        ))}
      </ol>
      {grid.length < field.max ? (
        <button
          type="button"
          className="button"
          onClick={() => {
            setGrid([...grid, blank(field)]);
            setFocus(grid.length);
          }}
        >
          {say('rows.add')}
        </button>
      ) : null}
    </FieldFrame>
  );
}

type RowCellsProps = {
  readonly frame: RowsFieldProps['frame'];
  readonly field: RowsOf;
  readonly cells: readonly string[];
  readonly row: number;
  readonly onWrite: (column: number, text: string) => void;
  readonly onUp: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
};

function RowCells({ frame, field, cells, row, onWrite, onUp, onRemove }: RowCellsProps) {
  const say = useSay();
  const number = row + 1;
  const isWritten = cells.some((cell) => cell.trim() !== '');
  return (
    <fieldset className="row-cells">
      <legend className="sr-only">{say('rows.row', { number })}</legend>
      {field.of.map((cell, column) => {
        const text = cells[column] ?? '';
        const fault = frame.fault === undefined || !isWritten ? undefined : cellFault(cell, text);
        const name = say(cellLabelOf(field.name, cell.name));
        const label = cell.shape === 'instant' ? say('rows.in_utc', { name }) : name;
        return (
          <CellField
            key={cell.name}
            id={`${frame.id}-${row}-${cell.name}`}
            cell={cell}
            label={cell.required ? label : say('compose.optional', { label })}
            text={text}
            fault={fault === undefined ? undefined : say(fault)}
            onWrite={(next) => onWrite(column, next)}
          />
        );
      })}
      <div className="row-acts">
        {onUp === undefined ? null : (
          <button type="button" className="text-button" onClick={onUp}>
            {say('rows.up', { number })}
          </button>
        )}
        {onRemove === undefined ? null : (
          <button type="button" className="text-button" onClick={onRemove}>
            {say('rows.remove', { number })}
          </button>
        )}
      </div>
    </fieldset>
  );
}

type CellFieldProps = {
  readonly id: string;
  readonly cell: Cell;
  readonly label: string;
  readonly text: string;
  readonly fault: string | undefined;
  readonly onWrite: (text: string) => void;
};

/** One cell, under its own label on a narrow page and under that of its column on a wide one. */
function CellField({ id, cell, label, text, fault, onWrite }: CellFieldProps) {
  const say = useSay();
  const shared = { id, value: text, 'aria-invalid': fault !== undefined, 'aria-describedby': describedBy(id, undefined, fault) };
  const chosen = cell.shape === 'choice' ? cell.of.map((value) => [value, choiceLabelOf(cell.name, value)] as const) : FLAG;
  return (
    <div className={`row-cell ${cell.shape}`}>
      <label htmlFor={id}>{label}</label>
      {fault === undefined ? null : (
        <p className="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {cell.shape === 'choice' || cell.shape === 'flag' ? (
        <select {...shared} className="input" onChange={(event) => onWrite(event.target.value)}>
          <option value="">{say('compose.not_said')}</option>
          {chosen.map(([value, name]) => (
            <option key={value} value={value}>
              {say(name)}
            </option>
          ))}
        </select>
      ) : cell.shape === 'text' ? (
        <textarea {...shared} className="input" dir="auto" rows={3} onChange={(event) => onWrite(event.target.value)} />
      ) : (
        <input
          {...shared}
          className={cell.shape === 'line' && cell.as === undefined ? 'input party' : 'input'}
          type={cell.shape === 'instant' ? 'datetime-local' : 'text'}
          inputMode={cell.shape === 'whole' ? 'numeric' : undefined}
          dir="auto"
          autoComplete="off"
          onChange={(event) => onWrite(event.target.value)}
        />
      )}
    </div>
  );
}

const FLAG = [
  ['yes', 'value.yes'],
  ['no', 'value.no'],
] as const;

function blank(field: RowsOf): readonly string[] {
  return field.of.map(() => '');
}

/** Cells as they were written, padded to whole rows; one empty row to begin with. */
function gridOf(field: RowsOf, text: string): Grid {
  const rows = splitRows(text).map((cells) => field.of.map((_, i) => cells[i] ?? ''));
  return rows.length === 0 ? [blank(field)] : rows;
}

function textOf(grid: Grid): string {
  return joinRows(grid.filter((cells) => cells.some((cell) => cell.trim() !== '')));
}

function swapped(grid: Grid, row: number): Grid {
  return grid.map((cells, i) => (i === row ? (grid[row - 1] ?? cells) : i === row - 1 ? (grid[row] ?? cells) : cells));
}

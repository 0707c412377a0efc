import type { ReactNode } from 'react';

type FieldProps = { readonly id: string; readonly label: string; readonly hint?: string | undefined; readonly fault?: string | undefined };

/** A field with its label, its hint and, beside it, the same fault sentence as in the summary. */
export function FieldFrame({
  id,
  label,
  hint,
  fault,
  group = false,
  children,
}: FieldProps & { readonly group?: boolean; readonly children: ReactNode }) {
  const inner = (
    <>
      {hint === undefined || hint === '' ? null : (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault === undefined ? null : (
        <p className="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {children}
    </>
  );
  if (group) {
    return (
      <fieldset className="field" id={id} aria-describedby={describedBy(id, hint, fault)}>
        <legend className="label">{label}</legend>
        {inner}
      </fieldset>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {inner}
    </div>
  );
}

/** One line of text. */
export function TextField({
  value,
  onChange,
  autoComplete = 'off',
  maxLength,
  party = false,
  list,
  children,
  ...frame
}: FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete?: string;
  readonly maxLength?: number;
  readonly party?: boolean;
  readonly list?: string;
  /** What stands under the line. */
  readonly children?: ReactNode;
}) {
  return (
    <FieldFrame {...frame}>
      <input
        id={frame.id}
        className={party ? 'input party' : 'input'}
        type="text"
        dir="auto"
        value={value}
        autoComplete={autoComplete}
        maxLength={maxLength}
        list={list}
        aria-invalid={frame.fault !== undefined}
        aria-describedby={describedBy(frame.id, frame.hint, frame.fault)}
        onChange={(event) => onChange(event.target.value)}
      />
      {children}
    </FieldFrame>
  );
}

/** The ids that describe a field to a screen reader. */
export function describedBy(id: string, hint: string | undefined, fault: string | undefined): string | undefined {
  const ids = [...(hint === undefined || hint === '' ? [] : [`${id}-hint`]), ...(fault === undefined ? [] : [`${id}-fault`])];
  return ids.length === 0 ? undefined : ids.join(' ');
}

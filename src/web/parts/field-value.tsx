import { Link } from '@tanstack/react-router';
import type { Json } from '../../base/json.ts';
import { isAboutEntry } from '../../document/about-entries.ts';
import { cellLabelOf, choiceLabelOf, labelOf } from '../../document/form.ts';
import type { Field } from '../../document/kind.ts';
import { kindOf } from '../../document/registry.ts';
import { rowCells } from '../../document/rows.ts';
import type { DocumentView } from '../../projection/views.ts';
import type { Zones } from '../instants.ts';
import { useSay, useVoice } from '../say.tsx';
import { visible } from '../visible.ts';
import { Bracketed } from './joint/bracketed.tsx';
import { ExactInstant } from './joint/exact.tsx';
import { Deadline, Instant } from './when.tsx';

/** Shown elsewhere on the page: the heading, the label, the file list. */
const ELSEWHERE = new Set(['subject', 'title', 'marking', 'ref', 'attachments', 'exercise', 'nonce']);

/** What acts about another document say in these, the parts for them show in words. */
const ABOUT: ReadonlySet<string> = new Set(['entry', 'pointers', 'leaves', 'values']);
const NOWHERE: ReadonlySet<string> = new Set();

/**
 * Fields of a document in the order of its kind, each under its label; what was erased is said where it stood. What its author said anew stands with its
 * correction, as it was and as it is: alone, its former words would read as those of now.
 */
export function FieldList({ document, channel, zones, lead, said = [] }: FieldListProps) {
  const kind = kindOf(document.row.kind);
  const elsewhere = isAboutEntry(document.row.kind) ? ABOUT : NOWHERE;
  const anew = new Set(document.corrections.flatMap(({ changes }) => changes.map(({ field }) => field)));
  const names = kind === undefined ? Object.keys(document.fields) : kind.fields.map((field) => field.name);
  const shown = names.filter(
    (name) =>
      !ELSEWHERE.has(name) &&
      !elsewhere.has(name) &&
      name !== lead &&
      !said.includes(name) &&
      (document.erased.includes(name) || (name in document.fields && !anew.has(name))),
  );
  return (
    <dl className="document-fields">
      {shown.map((name) => (
        <OneField
          key={name}
          kind={document.row.kind}
          field={kind?.fields.find((field) => field.name === name)}
          name={name}
          value={document.fields[name]}
          channel={channel}
          zones={zones}
        />
      ))}
    </dl>
  );
}

type FieldListProps = {
  readonly document: Pick<DocumentView, 'fields' | 'erased' | 'corrections'> & { readonly row: { readonly kind: string } };
  readonly channel: string;
  readonly zones: Zones;
  /** A field already shown as the heading. */
  readonly lead?: string | undefined;
  /** Fields that the document's label says already, such as what a request asks for. */
  readonly said?: readonly string[];
};

type OneFieldProps = {
  readonly kind: string;
  readonly field: Field | undefined;
  readonly name: string;
  readonly value: Json | undefined;
  readonly channel: string;
  readonly zones: Zones;
};

function OneField({ kind, field, name, value, channel, zones }: OneFieldProps) {
  const say = useSay();
  const long = field?.shape === 'text' || field?.shape === 'rows';
  return (
    <div className={long ? 'document-field long' : 'document-field'}>
      <dt className={name === 'text' ? 'sr-only' : undefined}>{field === undefined ? name : say(labelOf(kind, name))}</dt>
      <dd>
        {value === undefined ? (
          <em className="erased">{say('document.erased')}</em>
        ) : (
          <FieldValue field={field} name={name} value={value} channel={channel} zones={zones} bracketed={kind === 'text' || kind === 'amendment'} />
        )}
      </dd>
    </div>
  );
}

type FieldValueProps = Omit<OneFieldProps, 'kind' | 'value'> & {
  readonly value: Json;
  /** Whether its words are an article, whose brackets are drawn. */
  readonly bracketed?: boolean;
};

/** One value as its shape asks: prose in serif, choices in words, instants in three clocks, documents as links, hashes as evidence. */
export function FieldValue({ field, name, value, channel, zones, bracketed = false }: FieldValueProps) {
  const { say } = useVoice();
  switch (field?.shape) {
    case 'text':
      return (
        <p className="party-text" dir="auto">
          {bracketed ? <Bracketed text={String(value)} channel={channel} /> : visible(String(value))}
        </p>
      );
    case 'line':
      return <bdi className="party-line">{visible(String(value))}</bdi>;
    case 'choice':
      return <>{say(choiceLabelOf(name, String(value)))}</>;
    case 'choices':
      return (
        <>
          {listOf(value)
            .map((one) => say(choiceLabelOf(name, one)))
            .join(', ')}
        </>
      );
    case 'lines':
      return (
        <ul>
          {listOf(value).map((line) => (
            <li key={line}>
              <bdi className="party-line">{visible(line)}</bdi>
            </li>
          ))}
        </ul>
      );
    case 'instant':
      if (typeof value !== 'number') return null;
      // At the end of a silence seconds decide.
      if (name === 'expires_at') return <ExactInstant at={value} zones={zones} />;
      return field.future === true ? <Deadline at={value} zones={zones} /> : <Instant at={value} />;
    case 'flag':
      return <>{say(value === true ? 'value.yes' : 'value.no')}</>;
    case 'entries':
      return (
        <ul>
          {listOf(value).map((id) => (
            <li key={id}>
              <Link to="/c/$channel/documents/$id" params={{ channel, id }}>
                {say('document.concerned')}
              </Link>
            </li>
          ))}
        </ul>
      );
    case 'rows':
      return <Rows field={field} value={value} channel={channel} zones={zones} bracketed={bracketed} />;
    case 'whole':
      return <>{String(value)}</>;
    default:
      return <code className="hash">{typeof value === 'string' ? value : JSON.stringify(value, null, 1)}</code>;
  }
}

type RowsProps = {
  readonly field: Extract<Field, { shape: 'rows' }>;
  readonly value: Json;
  readonly channel: string;
  readonly zones: OneFieldProps['zones'];
  readonly bracketed: boolean;
};

/** Rows as a table; a column that no row fills is left out. */
function Rows({ field, value, channel, zones, bracketed }: RowsProps) {
  const say = useSay();
  const rows = Array.isArray(value) ? value.map(rowCells) : [];
  const shown = field.of.filter((cell) => rows.some((row) => cell.name in row));
  return (
    <table className="field-rows">
      <thead>
        <tr>
          {shown.map((cell) => (
            <th key={cell.name} scope="col" className={cell.shape}>
              {say(cellLabelOf(field.name, cell.name))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; two rows may say the same
          <tr key={place}>
            {shown.map((cell) => (
              <td key={cell.name} data-label={say(cellLabelOf(field.name, cell.name))}>
                {row[cell.name] === undefined ? null : (
                  <FieldValue
                    field={{ ...cell, frame: field.frame }}
                    name={cell.name}
                    value={row[cell.name] ?? null}
                    channel={channel}
                    zones={zones}
                    bracketed={bracketed}
                  />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function listOf(value: Json): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

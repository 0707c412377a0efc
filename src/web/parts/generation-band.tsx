import type { TableRow, UncountedEntry } from '../../projection/views.ts';
import { writeInstant } from '../instants.ts';
import { useVoice } from '../say.tsx';
import type { RowContext } from './entry-row.tsx';

/** Where a party's later log begins: which log it continues, and what of that one is shown and not counted. */
export function GenerationBand({ row, context }: { readonly row: TableRow; readonly context: RowContext }) {
  const { say } = useVoice();
  const { opens } = row;
  if (opens === undefined) return null;
  return (
    <div className="generation-band">
      <p>{say('lineage.opened_by', { party: context.parties[row.party] ?? '', size: opens.size })}</p>
      {opens.beyond === 0 ? null : (
        <details>
          <summary>{say('lineage.beyond', { count: opens.beyond })}</summary>
          <UncountedList entries={opens.uncounted} />
        </details>
      )}
    </div>
  );
}

/** Entries that are shown and do not count, in the order of their log. */
export function UncountedList({ entries }: { readonly entries: readonly UncountedEntry[] }) {
  const { say, language } = useVoice();
  return (
    <ol className="uncounted">
      {entries.map((entry) => (
        <li key={entry.id}>
          <span className="mono muted">{entry.index + 1}</span>
          <span>
            <bdi>{say(entry.summary)}</bdi>
            <span className="muted uncounted-foot">
              {entry.time === 0 ? null : <span className="mono">{writeInstant(entry.time, 'full', language)}</span>}
              {entry.stands === true ? <span>{say('lineage.stands')}</span> : null}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

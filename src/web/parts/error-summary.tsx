import { useEffect, useRef } from 'react';
import { useSay } from '../say.tsx';

/** A fault in a form: the field's element id and the sentence that also stands beside the field. */
export type FormFault = { readonly id: string; readonly sentence: string };

/** The summary of a form's faults; takes focus each time `attempt` grows, and each line leads to its field. */
export function ErrorSummary({ faults, attempt }: { readonly faults: readonly FormFault[]; readonly attempt: number }) {
  const say = useSay();
  const ref = useRef<HTMLDivElement>(null);
  // Focus moves when somebody tries to go on, not while they type.
  // biome-ignore lint/correctness/useExhaustiveDependencies: faults are read at the attempt
  useEffect(() => {
    if (attempt > 0 && faults.length > 0) ref.current?.focus();
  }, [attempt]);
  if (faults.length === 0 || attempt === 0) return null;
  return (
    <div className="notice" role="alert" ref={ref} tabIndex={-1}>
      <h2>{say('problem.title')}</h2>
      <ul>
        {faults.map((fault) => (
          <li key={fault.id + fault.sentence}>
            <a
              href={`#${fault.id}`}
              onClick={(event) => {
                event.preventDefault();
                const element = document.getElementById(fault.id);
                (element?.matches('input, textarea, select, button')
                  ? element
                  : element?.querySelector<HTMLElement>('input, textarea, select, button')
                )?.focus();
              }}
            >
              {fault.sentence}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

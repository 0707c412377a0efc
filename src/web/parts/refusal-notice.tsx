import { useEffect, useRef } from 'react';
import { ParleyError } from '../../base/errors.ts';
import { Refused } from '../api.ts';
import { useSay } from '../say.tsx';

/** A refusal on screen: what happened, what is safe, what to do next, and the code to quote. Takes focus when it appears. */
export function RefusalNotice({ error, takeFocus = false }: { readonly error: unknown; readonly takeFocus?: boolean }) {
  const say = useSay();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takeFocus) ref.current?.focus();
  }, [takeFocus]);
  const said = sayRefusal(error);
  return (
    <div className="notice" role="alert" ref={ref} tabIndex={-1}>
      <h2>{say('problem.title')}</h2>
      <p>{say(said.sentence)}</p>
      {said.detail === '' ? null : (
        <p className="muted">
          <bdi>{said.detail}</bdi>
        </p>
      )}
      <dl>
        <dt>{say('problem.safe')}</dt>
        <dd>{say(said.safe)}</dd>
        <dt>{say('problem.next')}</dt>
        <dd>{say(said.next)}</dd>
      </dl>
      <p className="mono muted">{say('problem.code', { code: said.code })}</p>
    </div>
  );
}

function sayRefusal(error: unknown): { code: string; sentence: string; detail: string; safe: string; next: string } {
  const refusal =
    error instanceof ParleyError ? error : error instanceof Refused && error.code !== 'failed' && error.code !== 'offline' ? error : undefined;
  if (refusal !== undefined) {
    const { code, detail } = refusal;
    return { code, sentence: `refusal.${code}`, detail, safe: `refusal.${code}.safe`, next: `refusal.${code}.next` };
  }
  if (error instanceof Refused) {
    const kind = error.code;
    return {
      code: error.status === 0 ? kind : `${kind} ${error.status}`,
      sentence: `problem.${kind}`,
      detail: '',
      safe: `problem.${kind}_safe`,
      next: `problem.${kind}_next`,
    };
  }
  return {
    code: error instanceof Error ? error.name : 'unknown',
    sentence: 'problem.device',
    detail: error instanceof Error ? error.message : '',
    safe: 'problem.device_safe',
    next: 'problem.device_next',
  };
}

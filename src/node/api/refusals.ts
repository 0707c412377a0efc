import type { FastifyReply } from 'fastify';
import { ParleyError, REFUSALS, type RefusalCode } from '../../base/errors.ts';

/** A refusal on the people's door: what happened, what is safe, what next. */
export type RefusalBody = {
  readonly code: RefusalCode;
  readonly sentence: string;
  readonly detail: string;
  readonly safe: string;
  readonly next: string;
  readonly facts?: Readonly<Record<string, string | number>>;
};

/** The body of a refusal. */
export function refusalBody(error: ParleyError): RefusalBody {
  const { sentence, safe, next } = REFUSALS[error.code];
  const facts = Object.keys(error.facts).length === 0 ? {} : { facts: error.facts };
  return { code: error.code, sentence, detail: error.detail, safe, next, ...facts };
}

/** Answers what went wrong. What is no refusal is a bug: it is answered without a word about it, and not swallowed. */
export function sendApiRefusal(reply: FastifyReply, error: unknown): FastifyReply {
  const refusal = error instanceof ParleyError ? error : fromFastify(error);
  const status = error instanceof ParleyError ? error.http : ((error as { statusCode?: number }).statusCode ?? 500);
  if (refusal !== undefined)
    return reply
      .code(status)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(refusalBody(refusal)));
  queueMicrotask(() => {
    throw error;
  });
  return reply.code(500).type('application/json; charset=utf-8').send('{"code":"failed"}');
}

/** What the server itself refuses before a route runs: a body too large, of another type, or not as its schema says. */
function fromFastify(error: unknown): ParleyError | undefined {
  const { statusCode, validation } = error as { statusCode?: number; validation?: readonly { instancePath?: string; message?: string }[] };
  if (validation !== undefined) {
    const [first] = validation;
    const place = (first?.instancePath ?? '').replaceAll('/', '.').replace(/^\./, '');
    return new ParleyError('invalid', `${place === '' ? '' : `${place}: `}${first?.message ?? 'the form asked for'}`);
  }
  if (statusCode === 413) return new ParleyError('too_large');
  if (statusCode === 415) return new ParleyError('invalid', 'a body of type application/json');
  return statusCode !== undefined && statusCode < 500 ? new ParleyError('invalid') : undefined;
}

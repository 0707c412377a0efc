import { sayIn } from '../base/phrases.ts';
import { failedFirst, sayVerdict } from '../verify/say-verdict.ts';
import { showDocuments } from '../verify/shown-document.ts';
import type { FileVerdict } from '../verify/verify-file.ts';
import type { Terminal } from './terminal.ts';

/** A verdict for people: its title, its sentences, and what a proof shows of each document, as its reader will see it. */
export function verdictLines(terminal: Terminal, found: FileVerdict): readonly string[] {
  const say = sayIn('en');
  const title = say(`verify_page.verdict.${found.verdict}`);
  const sentences = failedFirst(sayVerdict(say, found)).map(({ ok, text }) => {
    const mark = ok === true ? terminal.style('✓', 'good') : ok === false ? terminal.style('✗', 'bad') : terminal.style('!', 'warn');
    return `${mark} ${text}`;
  });
  const documents = found.proved === undefined ? [] : showDocuments(say, found.proved);
  return [
    terminal.style(title, 'bold'),
    ...sentences,
    ...documents.flatMap(({ title, party, time, fields, withheld }) => [
      '',
      `${terminal.style(title, 'bold')}, ${party}, ${time}`,
      ...fields.map(({ label, text }) => (text.includes('\n') ? `  ${label}:\n    ${text.replaceAll('\n', '\n    ')}` : `  ${label}: ${text}`)),
      ...(withheld === 0 ? [] : [`  ${terminal.style(say('proof_page.withheld', { count: withheld }), 'dim')}`]),
    ]),
  ];
}

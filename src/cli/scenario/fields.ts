import type { Inner } from './blocks.ts';
import type { FieldText, ScenarioFault } from './scenario.ts';

const LABEL = /^([a-z][a-z0-9 ]{0,40}):(?: +(.*))?$/;

/**
 * The fields below an act: `reply by: in 3 days`, a line each, at one depth. Deeper lines continue the one above; between them an empty line
 * parts paragraphs. A deeper line that begins with `- ` begins a row.
 */
export function readFields(inner: readonly Inner[]): { readonly fields: readonly FieldText[]; readonly faults: readonly ScenarioFault[] } {
  const faults: ScenarioFault[] = [];
  const fields: { line: number; name: string; parts: string[] }[] = [];
  const depth = inner.find((line) => line.text !== '')?.indent ?? 0;
  for (const { line, indent, text } of inner) {
    const current = fields.at(-1);
    if (text === '') current?.parts.push('\n\n');
    else if (indent > depth && current !== undefined) current.parts.push(text);
    else if (indent !== depth) faults.push({ line, sentence: `expected ${depth} spaces before a field, as above` });
    else {
      const [, label, value = ''] = LABEL.exec(text) ?? [];
      if (label === undefined) faults.push({ line, sentence: 'expected a field such as "subject: Travel of the delegation"' });
      else if (fields.some((field) => field.name === label.replaceAll(' ', '_'))) faults.push({ line, sentence: `"${label}" stands twice` });
      else fields.push({ line, name: label.replaceAll(' ', '_'), parts: value === '' ? [] : [value] });
    }
  }
  return { fields: fields.map(({ line, name, parts }) => ({ line, name, text: joined(parts) })), faults };
}

function joined(parts: readonly string[]): string {
  return parts
    .map((part, i) => (i > 0 && part.startsWith('- ') ? `\n${part}` : part))
    .join(' ')
    .replaceAll(' \n- ', '\n- ')
    .replaceAll(/ *(\n\n) */g, '$1')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

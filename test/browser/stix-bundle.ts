/** A small valid STIX 2.1 bundle: an incident, two indicators, and what ties them together. */
export function bundle(): string {
  const at = '2026-01-12T08:15:00.000Z';
  const common = { spec_version: '2.1', created: at, modified: at };
  const id = (type: string, n: number): string => `${type}--00000000-0000-4000-8000-00000000000${n}`;
  const indicator = (n: number, pattern: string) => ({
    ...{ type: 'indicator', id: id('indicator', n), ...common, name: `Indicator ${n}` },
    ...{ indicator_types: ['malicious-activity'], pattern, pattern_type: 'stix', valid_from: at },
  });
  const objects = [
    { type: 'incident', id: id('incident', 1), ...common, name: 'Pipeline control system' },
    indicator(2, "[ipv4-addr:value = '198.51.100.7']"),
    indicator(3, "[domain-name:value = 'update.example']"),
    {
      ...{ type: 'relationship', id: id('relationship', 4), ...common, relationship_type: 'related-to' },
      ...{ source_ref: id('indicator', 2), target_ref: id('incident', 1) },
    },
  ];
  return JSON.stringify({ type: 'bundle', id: id('bundle', 9), objects });
}

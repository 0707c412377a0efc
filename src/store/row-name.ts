/** The origin of the log that a row is a history of: `parley.v1/<40 hex>`, whatever stands after it where another history has its place. */
export function originOfRow(name: string): string {
  return name.split('/').slice(0, 2).join('/');
}

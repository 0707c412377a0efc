/**
 * The state of a matter, put together from what is kept of it: the members of its head, then `components`, which has under the number of each party the
 * list of its acts. `acts` come by party, then by place; equal rows give equal text.
 */
export function matterState(head: string, acts: Iterable<readonly [party: number, text: string]>): string {
  const parts = [head.slice(0, -1), head === '{}' ? '"components":{' : ',"components":{'];
  let last: number | undefined;
  for (const [party, text] of acts) {
    if (party === last) parts.push(',', text);
    else parts.push(last === undefined ? `"${party}":[` : `],"${party}":[`, text);
    last = party;
  }
  parts.push(last === undefined ? '}}' : ']}}');
  return parts.join('');
}

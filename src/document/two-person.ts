/** Whether a two-person rule over these kinds asks for a clearance of a document of one (`*`: of all). */
export function needsClearance(kinds: readonly string[], kind: string): boolean {
  return kinds.includes('*') || kinds.includes(kind);
}

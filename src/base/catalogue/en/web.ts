/** English ICU messages: web. */
export const web: Readonly<Record<string, string>> = {};

/** English ICU messages: kinds. */
export const kinds: Readonly<Record<string, string>> = {};

/** English ICU messages: record. */
export const record: Readonly<Record<string, string>> = {};

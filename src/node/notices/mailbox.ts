const MAX_ADDRESS = 254;
/** One address as people have them: no display name, no quoted part, no list, nothing that could end a header or begin a command (RFC 5321, 4.1.2). */
const ADDRESS =
  /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)@([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)$/;

/** The domain of one plain address, or `undefined` for anything else. */
export function parseMailbox(text: string): { readonly domain: string } | undefined {
  const domain = text.length > MAX_ADDRESS ? undefined : ADDRESS.exec(text)?.[2];
  return domain === undefined ? undefined : { domain };
}

import { isIP } from 'node:net';
import { ParleyError } from '../base/errors.ts';

/** Where to connect: `loopback` is plain HTTP on this machine, the rest is pinned TLS. `host` has no brackets. */
export type PeerTarget = { readonly kind: 'pinned' | 'loopback'; readonly host: string; readonly port: number };

/** Only these spellings: a host that must be decoded first (octal, one number, mapped IPv6) is how a filter and a resolver come to differ. */
const LOOPBACK = /^http:\/\/(127(?:\.(?:0|[1-9][0-9]{0,2})){3}|\[::1\]|localhost)(?::([1-9][0-9]{0,4}))?\/?$/;

/**
 * The target of a peer's address, such as `https://node.example:7443` or `http://127.0.0.1:7001`; refuses with `invalid`, before any socket.
 *
 * No path, query or user: paths are signed and start at the root. Plain HTTP goes to loopback literals alone.
 */
export function parsePeerUrl(text: string): PeerTarget {
  if (text.startsWith('http:')) {
    const [, host, port] = LOOPBACK.exec(text) ?? [];
    const target = { kind: 'loopback', host: host?.replace(/[[\]]/g, '') ?? '', port: Number(port ?? 80) } as const;
    if (host === undefined || target.port > 65_535 || (host.startsWith('127.') && isIP(host) !== 4)) {
      throw new ParleyError('invalid', 'https:// for another machine; http:// is for 127.0.0.1, [::1] and localhost');
    }
    return target;
  }
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:') throw new ParleyError('invalid', 'an address such as https://node.example:7443');
  const bare = url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!bare || url.hostname === '') throw new ParleyError('invalid', 'an address of host and port alone');
  return { kind: 'pinned', host: url.hostname.replace(/[[\]]/g, ''), port: Number(url.port === '' ? 443 : url.port) };
}

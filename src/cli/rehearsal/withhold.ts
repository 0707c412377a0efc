import Fastify from 'fastify';
import { MAX_PUSH_SIZE } from '../../base/limits.ts';
import { listenPeers, transportCertificate } from '../../node/peers-tls.ts';
import { addressesOf, setAddress, type Theatre } from './theatre.ts';

/** A door that takes everything and signs for nothing. */
export type Withholding = { readonly url: string; end(): Promise<void> };

/**
 * Stands in for the cheat's peers' door, with its own transport key: what the other side pushes is taken, and no receipt is given.
 *
 * The other side's node is told to look for it here, and looks where it looked before once this ends; the cheat's real node goes on meanwhile.
 * `onPush` is called for every push withheld.
 */
export async function withhold(theatre: Theatre, onPush: () => void): Promise<Withholding> {
  const before = (await addressesOf(theatre, theatre.other))[theatre.us] ?? '';
  const app = Fastify({ bodyLimit: MAX_PUSH_SIZE, routerOptions: { maxParamLength: 512 } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/log/:hash/push', (_request, reply) => {
    onPush();
    // As if a text were still awaited: nothing is refused, and nothing is ever signed for.
    return reply.code(202).type('application/json').send('{"missing":[]}');
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('no such thing here\n'));
  await app.ready();
  const door = await listenPeers({ host: '127.0.0.1', port: 0, tls: await transportCertificate(theatre.seed) }, app.routing);
  const url = `https://${door.host}:${door.port}`;
  await setAddress(theatre, theatre.other, theatre.us, url);
  return {
    url,
    async end() {
      await setAddress(theatre, theatre.other, theatre.us, before);
      await door.close();
      await app.close();
    },
  };
}

import { type PeopleApp, peopleApp } from '../node/people-door.ts';
import { openParty } from '../node/serve.ts';
import type { Answer, Ask, Streamed, Transport } from './client.ts';

/**
 * The people's door of a directory without a running node: the store is opened in this process and the door answers without a socket. With `exchange`
 * the node also carries what it holds to its peers for as long as this is open. Refuses `locked` while another process has the directory.
 */
export async function inProcess(dir: string, options: { readonly exchange: boolean }): Promise<Transport> {
  const { node, close } = await openParty(dir);
  const people = await peopleApp(node, { dir });
  if (options.exchange) node.exchange.start();
  const transport = overInject(people);
  return {
    ...transport,
    async close() {
      await transport.close();
      await close();
    },
  };
}

/** Requests to a people's door in this process, with the token that gives all rights; closing it closes the door. */
export function overInject({ app, operatorToken }: Pick<PeopleApp, 'app' | 'operatorToken'>): Transport {
  const inject = (request: Ask) => ({
    method: request.method,
    url: request.path,
    headers: {
      host: 'localhost',
      authorization: `Bearer ${operatorToken}`,
      ...(request.type === undefined ? {} : { 'content-type': request.type }),
    },
    ...(request.body === undefined ? {} : { payload: Buffer.from(request.body) }),
  });
  return {
    async ask(request: Ask): Promise<Answer> {
      const response = await app.inject(inject(request));
      return { status: response.statusCode, body: new Uint8Array(response.rawPayload) };
    },
    async stream(path: string): Promise<Streamed> {
      const response = await app.inject({ ...inject({ method: 'GET', path }), payloadAsStream: true });
      return { status: response.statusCode, parts: response.stream() };
    },
    async close() {
      await app.close();
    },
  };
}

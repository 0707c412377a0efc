import { ParleyError, REFUSALS, type RefusalCode } from '../base/errors.ts';
import type { ChannelView } from '../projection/views.ts';
import { findRunning, overHttp } from './transport.ts';

/** An answer of the people's door. */
export type Answer = { readonly status: number; readonly body: Uint8Array };
/** A request to the people's door; `path` starts with `/api/`. */
export type Ask = { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: string; readonly body?: Uint8Array; readonly type?: string };
/** How requests reach a people's door: over HTTP, or in this process where no node runs. */
export type Transport = { ask(request: Ask): Promise<Answer>; stream(path: string): Promise<Streamed>; close(): Promise<void> };
/** An answer whose body is read part by part. */
export type Streamed = { readonly status: number; readonly parts: AsyncIterable<Uint8Array> };

/** A party's people's door, as its own administrator on this machine: the same calls whether the node runs or not. */
export class Client {
  readonly dir: string;
  /** Whether a node runs on the directory; where none does, nothing leaves until one is started. */
  readonly running: boolean;
  readonly #transport: Transport;

  constructor(dir: string, running: boolean, transport: Transport) {
    this.dir = dir;
    this.running = running;
    this.#transport = transport;
  }

  /** What an address answers, as JSON. Refuses as the door does; `unreachable` where it does not answer. */
  async get<T>(path: string): Promise<T> {
    return parse<T>(await this.#ask({ method: 'GET', path }));
  }

  /** The bytes of an address of any length, part by part: an export, an attachment. */
  async *parts(path: string): AsyncGenerator<Uint8Array> {
    const { status, parts } = await this.#transport.stream(path);
    if (status < 200 || status > 299) {
      const body: Uint8Array[] = [];
      for await (const part of parts) body.push(part);
      throw refusalOf({ status, body: new Uint8Array(Buffer.concat(body)) });
    }
    yield* parts;
  }

  /** Posts JSON. */
  async post<T>(path: string, value: unknown): Promise<T> {
    return parse<T>(await this.#ask({ method: 'POST', path, body: new TextEncoder().encode(JSON.stringify(value)), type: 'application/json' }));
  }

  /** Posts JSON; the answer is bytes, such as a proof. */
  async postForBytes(path: string, value: unknown): Promise<Uint8Array> {
    return (await this.#ask({ method: 'POST', path, body: new TextEncoder().encode(JSON.stringify(value)), type: 'application/json' })).body;
  }

  /** Posts bytes as they are. */
  async postBytes<T>(path: string, bytes: Uint8Array): Promise<T> {
    return parse<T>(await this.#ask({ method: 'POST', path, body: bytes, type: 'application/octet-stream' }));
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #ask(request: Ask): Promise<Answer> {
    const answer = await this.#transport.ask(request);
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
    return answer;
  }
}

/**
 * The people's door of a directory: over HTTP where its node runs (`run.json`), else in this process, where the store is open for as long as the
 * client is; `exchange` then says that what is held is carried to the peers meanwhile. Refuses `not_found` where no party lives there, `locked` while
 * a node starts or stops.
 */
export async function openClient(dir: string, options: { readonly exchange: boolean } = { exchange: false }): Promise<Client> {
  const running = await findRunning(dir);
  if (running !== undefined) return new Client(dir, true, overHttp(running));
  const { inProcess } = await import('./in-process.ts');
  return new Client(dir, false, await inProcess(dir, options));
}

/** The address of a channel's part of the API. */
export function channelPath(channel: string, rest = ''): string {
  return `/api/channels/${encodeURIComponent(channel)}${rest}`;
}

/** Where a document is looked for: in the channel that somebody named, else in all. As {@link findChannel}. */
export async function channelsMeant(client: Client, name: string | undefined): Promise<readonly ChannelView[]> {
  return name === undefined ? client.get<readonly ChannelView[]>('/api/channels') : [await findChannel(client, name)];
}

/**
 * The channel somebody means: its id, the beginning of its id (6 characters or more), or its title, whatever its capitals and whether spaces are
 * written as dashes. The only one there is, where nothing is said. Refuses `not_found`, and `usage` where several fit.
 */
export async function findChannel(client: Client, name: string | undefined): Promise<ChannelView> {
  const channels = await client.get<readonly ChannelView[]>('/api/channels');
  const fits = name === undefined ? channels : channels.filter(({ id, title }) => id === name || sameTitle(title, name));
  const byId = name !== undefined && fits.length === 0 && name.length >= 6 ? channels.filter(({ id }) => id.startsWith(name)) : fits;
  const [one, ...more] = byId;
  if (one === undefined) {
    const titles = channels.map(({ title }) => `"${title}"`).join(', ');
    throw new ParleyError(
      'not_found',
      name === undefined ? 'no channel yet; "parley invite" begins one' : `no channel "${name}"${titles === '' ? '' : `; there is ${titles}`}`,
    );
  }
  if (more.length > 0)
    throw new ParleyError('usage', `--channel is needed; there is ${byId.map(({ title, id }) => `"${title}" (${id.slice(0, 8)})`).join(', ')}`);
  return one;
}

function sameTitle(title: string, name: string): boolean {
  const plain = (text: string): string =>
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, '-');
  return plain(title) === plain(name);
}

function parse<T>({ body }: Answer): T {
  const text = new TextDecoder().decode(body);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The refusal in an answer, with its own code and detail; anything else (a proxy's page) is said with its status. */
function refusalOf({ status, body }: Answer): ParleyError {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' && value.code in REFUSALS) {
      const facts = 'facts' in value && typeof value.facts === 'object' ? (value.facts as Readonly<Record<string, string | number>>) : {};
      return new ParleyError(value.code as RefusalCode, 'detail' in value && typeof value.detail === 'string' ? value.detail : '', facts ?? {});
    }
  } catch {
    // Falls through.
  }
  return new ParleyError(status >= 500 ? 'unreachable' : 'invalid', `the node answered with status ${status}`);
}

import { ParleyError } from '../../base/errors.ts';
import type { Signer } from '../../base/ports.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { Client, channelPath } from '../client.ts';
import type { Author } from '../compose.ts';
import { findRunning, overHttp } from '../transport.ts';
import type { Eyes } from './see.ts';

/** Refusals after which the same request may be taken a moment later: the node is starting, stopping, or has not heard from the other side. */
const LATER: ReadonlySet<string> = new Set(['unreachable', 'stopping', 'locked', 'not_open', 'quota', 'not_signed_in']);
/** Refusals that another process of the same node may be behind: its token is a new one. */
const GONE: ReadonlySet<string> = new Set(['unreachable', 'stopping', 'not_signed_in']);
/** How long a node that was killed may take to be back. */
const PATIENCE_MS = 30_000;
const BETWEEN_MS = 50;

/** The keys of one party's people and its identity, as they are kept outside its node. */
export type Keys = {
  /** A person's key, by slug. */
  author(slug: string): Promise<Author>;
  identity(): Promise<Signer>;
};

/** One party as a scenario plays it: its node's people's door, and its keys. */
export class Side {
  readonly name: string;
  readonly dir: string;
  readonly keys: Keys;
  readonly #find: () => Promise<Client>;
  #client: Client | undefined;

  /** `find` gives its node's people's door where that is not the one that runs on the directory. */
  constructor(options: { readonly name: string; readonly dir: string; readonly keys: Keys; readonly find?: () => Promise<Client> }) {
    this.name = options.name;
    this.dir = options.dir;
    this.keys = options.keys;
    this.#find = options.find ?? (() => this.#running());
  }

  /**
   * Asks the running node, again while it is being started: its address and token are read anew when it stops answering, since they change with the
   * process. What is asked must be safe to ask twice.
   */
  ask<T>(task: (client: Client) => Promise<T>): Promise<T> {
    return patiently(async () => {
      this.#client ??= await this.#find();
      try {
        return await task(this.#client);
      } catch (error) {
        if (error instanceof ParleyError && GONE.has(error.code)) this.#client = undefined;
        throw error;
      }
    });
  }

  /** Over HTTP alone: opening the directory here would keep its node from starting. */
  async #running(): Promise<Client> {
    const running = await findRunning(this.dir);
    if (running === undefined) throw new ParleyError('unreachable', `no node runs on ${this.dir}; "parley serve" starts it`);
    return new Client(this.dir, true, overHttp(running));
  }

  channels(): Promise<readonly ChannelView[]> {
    return this.ask((client) => client.get('/api/channels'));
  }

  /** What this side's people see of a channel. */
  eyes(channel: string): Eyes {
    return {
      channel: () => this.ask((client) => client.get<ChannelView>(channelPath(channel))),
      document: (id) => this.document(channel, id),
    };
  }

  /** A document, or `undefined` where it is not here. */
  async document(channel: string, id: string): Promise<DocumentView | undefined> {
    try {
      return await this.ask((client) => client.get<DocumentView>(channelPath(channel, `/documents/${encodeURIComponent(id)}`)));
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'not_found') return undefined;
      throw error;
    }
  }
}

/** Repeats a task while it is refused for now; the last refusal stands when patience ends. */
export async function patiently<T>(task: () => Promise<T>, patienceMs: number = PATIENCE_MS): Promise<T> {
  for (const late = Date.now() + patienceMs; ; await pause()) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof ParleyError) || !LATER.has(error.code) || Date.now() > late) throw error;
    }
  }
}

/** Resolves with `undefined` once nothing is missing, or with what still is when patience ends. */
export async function untilNothing(missing: () => Promise<string | undefined>, patienceMs: number = PATIENCE_MS): Promise<string | undefined> {
  for (const late = Date.now() + patienceMs; ; await pause()) {
    const what = await missing();
    if (what === undefined || Date.now() > late) return what;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
}

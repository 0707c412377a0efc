import { Mutex } from '../base/mutex.ts';
import type { ChannelRuntime } from './channel-runtime.ts';

type Known = Map<string, { readonly mutex: Mutex; waiting: number }>;

const known = new WeakMap<ChannelRuntime, Known>();

/** Runs what concerns one thing of a channel, by name, one after another. Never ask for a name inside its own work: it would wait for itself. */
export async function oneAtATime<T>(channel: ChannelRuntime, name: string, work: () => Promise<T>): Promise<T> {
  const all: Known = known.get(channel) ?? new Map();
  known.set(channel, all);
  const one = all.get(name) ?? { mutex: new Mutex(), waiting: 0 };
  all.set(name, one);
  one.waiting++;
  try {
    return await one.mutex.run(work);
  } finally {
    one.waiting--;
    if (one.waiting === 0) all.delete(name);
  }
}

import type { QueryClient } from '@tanstack/react-query';
import { keysOfChannels } from './queries.ts';

/** Whether the node's news arrive: `on`, `retrying` (shown on every page), or `off` before signing in. */
export type LiveState = 'on' | 'retrying' | 'off';

/** Minimum between two refreshes, milliseconds: a burst of 1,000 entries asks once, not a thousand times, and one in each of 56 channels asks once for all. */
const GATHER_MS = 250;

/**
 * Listens to `GET /api/events` and marks what changed as stale; `changed` carries `{"channel":"<id>"}`.
 * Returns a function that stops listening.
 */
export function listen(client: QueryClient, onState: (state: LiveState) => void): () => void {
  const source = new EventSource('/api/events');
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lost = false;
  source.addEventListener('open', () => {
    onState('on');
    // What happened while nobody listened is asked for at once.
    if (lost) void client.invalidateQueries();
    lost = false;
  });
  source.addEventListener('error', () => {
    lost = true;
    onState('retrying');
  });
  source.addEventListener('changed', (event) => {
    const channel = channelOf(event.data);
    if (channel === undefined) return;
    changed.add(channel);
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const queryKey of keysOfChannels([...changed])) void client.invalidateQueries({ queryKey: [...queryKey] });
      changed.clear();
    }, GATHER_MS);
  });
  return () => {
    source.close();
    clearTimeout(timer);
    onState('off');
  };
}

function channelOf(data: unknown): string | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null && 'channel' in value && typeof value.channel === 'string' ? value.channel : undefined;
  } catch {
    return undefined;
  }
}

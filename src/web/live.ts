import type { QueryClient } from '@tanstack/react-query';
import { keysOfChannel } from './queries.ts';

/** Whether the node's news arrive: `on`, `retrying` (shown on every page), or `off` before signing in. */
export type LiveState = 'on' | 'retrying' | 'off';

/** Minimum between two refreshes of one channel, milliseconds: a burst of 1,000 entries asks once, not a thousand times. */
const GATHER_MS = 250;

/**
 * Listens to `GET /api/events` and marks what changed as stale; `changed` carries `{"channel":"<id>"}`.
 * Returns a function that stops listening.
 */
export function listen(client: QueryClient, onState: (state: LiveState) => void): () => void {
  const source = new EventSource('/api/events');
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
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
    if (channel === undefined || waiting.has(channel)) return;
    waiting.set(
      channel,
      setTimeout(() => {
        waiting.delete(channel);
        for (const queryKey of keysOfChannel(channel)) void client.invalidateQueries({ queryKey: [...queryKey] });
      }, GATHER_MS),
    );
  });
  return () => {
    source.close();
    for (const timer of waiting.values()) clearTimeout(timer);
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

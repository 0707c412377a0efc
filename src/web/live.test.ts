import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { listen } from './live.ts';

/** The browser's source of events, as far as it is listened to; a test says what comes. */
class Source extends EventTarget {
  static latest: Source | undefined;
  constructor() {
    super();
    Source.latest = this;
  }
  close(): void {
    Source.latest = undefined;
  }
}

test('a change in each of many channels asks once for what is of all channels, and once for each channel', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  Object.assign(globalThis, { EventSource: Source });
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY } } });
  const asked: string[] = [];
  const stops = [['today'], ['channels'], ['channel', 'c7']].map((queryKey) => {
    client.setQueryData(queryKey, 0);
    const queryFn = async (): Promise<number> => asked.push(queryKey.join(' '));
    return new QueryObserver(client, { queryKey, queryFn }).subscribe(() => undefined);
  });
  const stop = listen(client, () => undefined);
  for (let n = 0; n < 56; n++) Source.latest?.dispatchEvent(new MessageEvent('changed', { data: JSON.stringify({ channel: `c${n}` }) }));
  t.mock.timers.tick(250);
  assert.deepEqual(asked, ['today', 'channels', 'channel c7']);
  for (const end of [stop, ...stops]) end();
  client.clear();
});

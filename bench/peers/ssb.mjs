/** ssb-db2: one feed of signed messages, replicated by EBT over secret-handshake on loopback between two processes. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peerMain, recordText } from './peer.mjs';

const require = createRequire(import.meta.url);
/** Text of a post such that the whole signed message, as JSON, is about {@link RECORD_SIZE} bytes. */
const TEXT_SIZE = 98;
const CAPS = { shs: Buffer.alloc(32, 7).toString('base64') };

await peerMain('ssb-db2', { serve, fetch });

function start(folder) {
  const ssbKeys = require('ssb-keys');
  const keys = ssbKeys.loadOrCreateSync(join(folder, 'secret'));
  const stack = require('secret-stack')({ caps: CAPS }).use(require('ssb-db2')).use(require('ssb-db2/compat/ebt')).use(require('ssb-ebt'));
  const incoming = { net: [{ scope: 'device', host: '127.0.0.1', port: 0, transform: 'shs' }] };
  return {
    keys,
    sbot: stack({
      path: folder,
      keys,
      caps: CAPS,
      connections: { incoming, outgoing: { net: [{ transform: 'shs' }] } },
      timeouts: { inactivity: -1 },
    }),
  };
}

/** Writes the feed, then waits for whoever asks. */
async function serve(folder, records) {
  const { keys, sbot } = start(folder);
  sbot.ebt.request(keys.id, true);
  const started = performance.now();
  let open = 0;
  for (let i = 0; i < records; i++) {
    const wait = new Promise((resolve, reject) => {
      sbot.db.create({ keys, content: { type: 'post', text: recordText(i, TEXT_SIZE) } }, (error) => (error ? reject(error) : resolve()));
    });
    if (++open % 500 === 0) await wait;
    else wait.catch(fail);
  }
  await new Promise((resolve) => sbot.db.onDrain('base', resolve));
  const append = (performance.now() - started) / 1000;
  return { append, at: { address: sbot.getAddress('device'), id: keys.id }, close: () => new Promise((resolve) => sbot.close(true, resolve)) };
}

/** Asks for the feed and waits until the last message stands in the log. */
async function fetch(folder, records, { address, id }) {
  const { sbot } = start(folder);
  sbot.ebt.request(sbot.id, true);
  const started = performance.now();
  sbot.ebt.request(id, true);
  await new Promise((resolve, reject) => sbot.connect(address, (error) => (error ? reject(error) : resolve())));
  for (;;) {
    const clock = await new Promise((resolve, reject) => sbot.getVectorClock((error, value) => (error ? reject(error) : resolve(value))));
    if (clock[id] === records) break;
    await sleep(50);
  }
  const replicate = (performance.now() - started) / 1000;
  return { replicate, close: () => new Promise((resolve) => sbot.close(true, resolve)) };
}

function fail(error) {
  throw error;
}

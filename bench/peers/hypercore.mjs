/** hypercore: one core, appended in batches of 1,000 (one tree signature each), replicated over TCP on loopback between two processes. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import Hypercore from 'hypercore';
import { peerMain, record } from './peer.mjs';

const BATCH = 1000;

await peerMain('hypercore', { serve, fetch });

/** Writes the core, then serves it to whoever connects. */
async function serve(folder, records) {
  const core = new Hypercore(folder);
  await core.ready();
  const started = performance.now();
  for (let at = 0; at < records; at += BATCH) {
    await core.append(Array.from({ length: Math.min(BATCH, records - at) }, (_, i) => record(at + i)));
  }
  const append = (performance.now() - started) / 1000;
  const server = createServer((socket) => {
    const stream = core.replicate(false);
    socket.pipe(stream).pipe(socket);
    socket.on('error', () => {});
    stream.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { append, at: { port: server.address().port, key: core.key.toString('hex') }, close: () => core.close() };
}

/** Downloads every block; each is checked against the signed tree on arrival. */
async function fetch(folder, records, { port, key }) {
  const core = new Hypercore(folder, Buffer.from(key, 'hex'));
  await core.ready();
  const started = performance.now();
  const socket = connect(port, '127.0.0.1');
  const stream = core.replicate(true);
  socket.pipe(stream).pipe(socket);
  socket.on('error', () => {});
  stream.on('error', () => {});
  await core.update({ wait: true });
  await core.download({ start: 0, end: records }).done();
  const replicate = (performance.now() - started) / 1000;
  if (core.length !== records || !(await core.has(0, records))) throw new Error(`has ${core.length} of ${records} records`);
  return { replicate, close: () => core.close() };
}

/** A thread that measures what costs processor time alone, while as many others as there are cores do the same. */
import { generateKeyPairSync, hash, randomBytes, sign, verify } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { perCall } from './per-call.ts';

const record = randomBytes(workerData as number);
const node = record.subarray(0, 65);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const signature = sign(null, record, privateKey);

parentPort?.once('message', async () => {
  parentPort?.postMessage({
    sha256: await perCall(() => hash('sha256', record, 'buffer'), 1000),
    sha256Node: await perCall(() => hash('sha256', node, 'buffer'), 1000),
    ed25519Sign: await perCall(() => sign(null, record, privateKey), 20),
    ed25519Verify: await perCall(() => verify(null, record, publicKey, signature), 20),
  });
});
parentPort?.postMessage('ready');

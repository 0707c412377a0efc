/** A thread that does nothing but verify Ed25519: what the machine gives, with no pool around it. Asked for `count` verifications, answers when done. */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
// Different messages, as long as a header: one alone would stay in the caches.
const signed = Array.from({ length: 256 }, () => {
  const message = randomBytes(700);
  return { message, signature: sign(null, message, privateKey) };
});

parentPort?.on('message', (count: number) => {
  for (let i = 0; i < count; i++) {
    const one = signed[i % signed.length];
    if (one === undefined || !verify(null, one.message, publicKey, one.signature)) throw new Error('a good signature was refused');
  }
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');

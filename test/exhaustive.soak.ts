import { test } from 'node:test';
import { proveEveryFork, tamperWithEveryPath, verifyEveryProof } from '../src/tlog/suite-trees.ts';

const MOST = 256;

test(`every proof of sizes up to ${MOST} verifies, and with any hash of it changed it does not`, (t) => {
  t.diagnostic(JSON.stringify(verifyEveryProof(MOST)));
});

test(`every fork of sizes up to ${MOST} is proved, and no history is accused of itself`, (t) => {
  t.diagnostic(JSON.stringify(proveEveryFork(MOST)));
});

test(`no path tampered with, of sizes up to ${MOST}, accuses an honest log or is believed`, (t) => {
  t.diagnostic(JSON.stringify(tamperWithEveryPath(MOST)));
});

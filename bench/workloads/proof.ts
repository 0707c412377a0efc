import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWeb } from '../../build.ts';
import { concat, utf8 } from '../../src/base/bytes.ts';
import { eraseFields } from '../../src/entry/body.ts';
import { heldName, originOf, witnessName } from '../../src/entry/card.ts';
import { nodeSha256 } from '../../src/node/crypto.ts';
import { testChannel, testHost, testParty, testPerson } from '../../src/node/fixtures-channel.ts';
import { TestRecord } from '../../src/node/fixtures-record.ts';
import { signCosignaturePair } from '../../src/tlog/cosignature.ts';
import { signCheckpoint } from '../../src/tlog/log-signature.ts';
import { leafHash, rootOf } from '../../src/tlog/merkle.ts';
import { inclusionProofOf } from '../../src/tlog/merkle-plan.ts';
import { formatNote, parseNote } from '../../src/tlog/note.ts';
import { formatProof } from '../../src/verify/proof-file.ts';
import { launchChromium } from '../../test/browser/chromium.ts';
import type { Result, Workload } from './workload.ts';

const VERIFIER = fileURLToPath(new URL('../../dist/web/verifier.html', import.meta.url));
/** Entries of the log, where `--records` is at its default. */
const TIMES_RECORDS = 10;
const FIELD = 'subject';
const CHECKS = 60;

/**
 * One field of one entry in a log of ten times as many entries, as a stranger gets it: charter, cards with all keys, both signatures of the log, a
 * receipt pair and a host's pair. Checked in Chromium by the verifier page, offline; milliseconds, the median of many checks in one page. Beside it the
 * first check of a fresh page, nothing compiled and no key known yet, and the size of the file.
 *
 * No floor: what is asked is 15 ms and 28 kB.
 */
export const proof: Workload = {
  name: 'proof',
  unit: 'ms',
  asked: 15,
  floor: () => null,
  peer: undefined,
  async run({ records }) {
    const [bytes] = await Promise.all([makeOne(records * TIMES_RECORDS), buildWeb()]);
    return timeInChromium(bytes);
  },
};

async function makeOne(size: number): Promise<Uint8Array> {
  const on = await testChannel(
    [testParty('United States of America', 10), testParty('Russian Federation', 20)],
    [testHost('Swiss Confederation', 30)],
  );
  const record = new TestRecord(on, 'bench');
  const person = testPerson('Representative');
  const fields = { subject: 'Consultations on cybersecurity', text: 'x'.repeat(440), marking: 'green' };
  const leaf = await record.say(0, person, { kind: 'message', fields });
  if (leaf.body === undefined) throw new Error('an entry has its body');
  const index = size - Math.floor(size / 3);
  const hashes = Array.from({ length: size }, (_, i) => leafHash(nodeSha256, i === index ? leaf.bytes : concat(leaf.bytes, utf8(String(i)))));
  const [ours, theirs] = on.parties;
  const [host] = on.hosts;
  if (ours === undefined || theirs === undefined || host === undefined) throw new Error('two parties and a host');
  const origin = originOf(nodeSha256, ours.card);
  const head = { origin, size, root: rootOf(nodeSha256, hashes) };
  const signed = parseNote(await signCheckpoint(nodeSha256, ours.log, head));
  if ('expected' in signed) throw new Error('a checkpoint is a note');
  const lines = [
    ...signed.note.lines,
    ...(await signCosignaturePair(nodeSha256, heldName(nodeSha256, theirs.card), theirs.held, head, 1_700_000_000)),
    ...(await signCosignaturePair(nodeSha256, witnessName(nodeSha256, host.card), host.witness, head, 1_700_000_000)),
  ];
  const withheld = ['text', 'marking'];
  return formatProof(nodeSha256, {
    charterNote: on.charterNote,
    cards: [...on.channel.parties, ...on.channel.hosts].map((card) => utf8(card.text)),
    heads: new Map([[origin, formatNote({ text: signed.note.text, lines })]]),
    documents: [
      {
        origin,
        index,
        path: inclusionProofOf(nodeSha256, hashes, index),
        entry: leaf.bytes,
        body: eraseFields(nodeSha256, leaf.body, withheld),
        key: person.key.publicKey,
      },
    ],
    ranges: [],
  });
}

async function timeInChromium(bytes: Uint8Array): Promise<Result> {
  const launched = await launchChromium();
  if ('impossible' in launched) throw new Error(launched.impossible);
  try {
    const context = await launched.browser.newContext({ offline: true });
    const first: number[] = [];
    let median = 0;
    for (let fresh = 0; fresh < 5; fresh++) {
      const page = await context.newPage();
      await page.goto(pathToFileURL(VERIFIER).href);
      const times = await page.evaluate(timeChecks, { base64: Buffer.from(bytes).toString('base64'), field: FIELD, checks: CHECKS });
      first.push(times[0] ?? 0);
      median = medianOf(times);
      await page.close();
    }
    return {
      value: median,
      beside: [
        { name: 'proof/first-check', value: medianOf(first), unit: 'ms' },
        { name: 'proof/size', value: bytes.length / 1000, unit: 'kB' },
      ],
    };
  } finally {
    await launched.browser.close();
  }
}

/** Runs in the page: milliseconds of each check, whose verdict must be that the field is proved. */
async function timeChecks({ base64, field, checks }: { base64: string; field: string; checks: number }): Promise<readonly number[]> {
  const bytes = Uint8Array.from(atob(base64), (digit) => digit.charCodeAt(0));
  const { parleyVerify } = globalThis as unknown as {
    parleyVerify(bytes: Uint8Array, onProgress: () => void): Promise<{ verdict: string; proved?: { documents: { fields: Map<string, unknown> }[] } }>;
  };
  const times: number[] = [];
  for (let i = 0; i < checks; i++) {
    const started = performance.now();
    const { verdict, proved } = await parleyVerify(bytes, () => undefined);
    times.push(performance.now() - started);
    const names = [...(proved?.documents[0]?.fields.keys() ?? [])];
    if (verdict !== 'verified' || names.length !== 1 || names[0] !== field) throw new Error(`${verdict}: ${names}`);
  }
  return times;
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

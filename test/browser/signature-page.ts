/** What a page verifies with, made reachable for a test that asks it in a real browser. */
import { parseFoundingNote } from '../../src/entry/founding.ts';
import { isAcceptableEd25519Key } from '../../src/tlog/ed25519-key.ts';
import { isCanonicalSignature } from '../../src/tlog/ed25519-signature.ts';
import { browserCrypto } from '../../src/web/browser-crypto.ts';
import { verifyWithNoble } from '../../src/web/noble-verify.ts';

/** Bytes as they come into the page. */
type Asked = { readonly algorithm: 'ed25519' | 'ml-dsa-44'; readonly key: number[]; readonly message: number[]; readonly signature: number[] };

/** Verdicts on one signature: by whatever the browser has, and by the libraries a page falls back to. */
async function verdicts(asked: Asked): Promise<{ browser: boolean; noble: boolean }> {
  const check = {
    algorithm: asked.algorithm,
    key: Uint8Array.from(asked.key),
    message: Uint8Array.from(asked.message),
    signature: Uint8Array.from(asked.signature),
  };
  const isEd25519 = check.algorithm === 'ed25519';
  // Keys are judged where they are accredited or pinned, signatures before either verifier sees them.
  const key = isEd25519 ? isAcceptableEd25519Key(check.key) : true;
  const sized = isEd25519 ? isCanonicalSignature(check.signature) : check.key.length === 1312 && check.signature.length === 2420;
  const [browser] = await browserCrypto.verify([check]);
  return { browser: key && browser === true, noble: key && sized && verifyWithNoble(check) };
}

/** Whether the page takes an invitation. */
async function takes(bytes: number[]): Promise<boolean> {
  const parsed = parseFoundingNote(browserCrypto.sha256, Uint8Array.from(bytes));
  if ('expected' in parsed || !('checks' in parsed.note)) return false;
  return (await browserCrypto.verify(parsed.note.checks)).every(Boolean);
}

/** Which algorithms the browser itself has. */
async function own(): Promise<string[]> {
  const names = ['Ed25519', 'ML-DSA-44'];
  const made = await Promise.all(names.map((name) => crypto.subtle.generateKey({ name }, false, ['sign', 'verify']).then(Boolean, () => false)));
  return names.filter((_, i) => made[i]);
}

Object.assign(globalThis, { signatures: { verdicts, takes, own } });

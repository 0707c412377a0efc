import { utf8 } from '../base/bytes.ts';
import type { Crypto, Sha256, Signer } from '../base/ports.ts';
import { actorOf, lineName } from '../entry/actor.ts';
import { passkeyIn } from '../entry/signing-key.ts';
import { computeKeyId, formatNote, isLineOf, parseNote, SIGNATURE_TYPE } from '../tlog/note.ts';
import { keyOf, type Person } from '../verify/reader-state.ts';

/** What somebody with a key file says to their own node alone: they clear a document. Never an entry: those are one line of JSON. */
export function clearanceText(channel: string, entry: string): string {
  return `parley-clearance/1\n${channel}\n${entry}\n`;
}

/** As {@link clearanceText}: they agree that the two-person rule is narrowed to these kinds, as was proposed at `at`. */
export function agreementText(party: string, kinds: readonly string[], at: number): string {
  return `parley-two-person/1\n${party}\n${kinds.join(',')}\n${at}\n`;
}

/** Such a text signed by a representative's key: a signed note of one line. */
export async function signStatement(sha256: Sha256, text: string, signer: Signer): Promise<Uint8Array> {
  const name = lineName('rep', actorOf(sha256, signer.publicKey));
  const keyId = computeKeyId(sha256, name, SIGNATURE_TYPE.ed25519, signer.publicKey);
  return formatNote({ text, lines: [{ name, keyId, signature: await signer.sign(utf8(text)) }] });
}

/** Who of these people signed this very text, or `undefined`. A passkey signs nothing but documents: its holder signs in. */
export async function signerOf(crypto: Crypto, text: string, statement: Uint8Array, people: Iterable<Person>): Promise<Person | undefined> {
  const parsed = parseNote(statement);
  const [line, ...more] = 'note' in parsed && parsed.note.text === text ? parsed.note.lines : [];
  if (line === undefined || more.length > 0) return undefined;
  for (const person of people) {
    const key = keyOf(person);
    const name = lineName('rep', person.actor);
    if (passkeyIn(key) !== undefined || !isLineOf(line, name, computeKeyId(crypto.sha256, name, SIGNATURE_TYPE.ed25519, key))) continue;
    const [holds] = await crypto.verify([{ algorithm: 'ed25519', key, message: utf8(text), signature: line.signature }]);
    return holds === true ? person : undefined;
  }
  return undefined;
}

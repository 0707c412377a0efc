import { fromBase64url } from '../base/bytes.ts';
import type { Crypto } from '../base/ports.ts';
import { chunkCount } from '../entry/attachment.ts';
import { openBody } from '../entry/body.ts';
import { parseCard } from '../entry/card.ts';
import { assembleChannel, parseCharter } from '../entry/charter.ts';
import { parseEntry } from '../entry/entry.ts';
import { attachmentsIn } from '../node/attachments.ts';
import type { ChannelRecord } from '../node/party-node.ts';
import type { FsckOptions } from '../store/fsck.ts';
import { originOfRow } from '../store/row-name.ts';
import type { Store } from '../store/store.ts';
import { chunkPlace } from '../sync/chunk-place.ts';
import { Generations } from '../sync/generations.ts';
import { LOST } from '../sync/gone-bodies.ts';
import { parseLines } from '../tlog/note.ts';
import { verifyHead, verifyPairs } from '../verify/head.ts';

/** What the store cannot check by itself: that bodies open, that heads and cosignatures are signed by the keys of their channel's cards. */
export async function fsckChecks(crypto: Crypto, store: Store): Promise<Omit<FsckOptions, 'sha256' | 'onProgress'>> {
  const channels = await channelsOf(crypto, store);
  const lost = new Set((await store.listLocal(LOST)).map(({ key }) => key));
  const find = (name: string) => {
    for (const generations of channels) {
      const of = generations.find(originOfRow(name));
      if (of !== undefined) return { of, generations };
    }
    return undefined;
  };
  return {
    openBody(bytes, body, log) {
      const parsed = parseEntry(crypto.sha256, bytes);
      // The charter is leaf 0, and another party's leaves may be anything: that is a finding of the reader, not damage.
      if ('expected' in parsed) return undefined;
      const { header } = parsed.entry;
      if (log.own && (header.channel !== log.channel || header.party !== log.party)) return 'its entry belongs to another log';
      // Whoever reads an entry asks for its body: a row that says there is none to ask for would hide that it is gone.
      if (body === undefined) return lost.has(`${log.channel}/${parsed.entry.id}`) ? undefined : 'it is marked as not required';
      const opened = openBody(crypto.sha256, header.body, body);
      return 'expected' in opened ? `expected ${opened.expected}` : undefined;
    },
    async checkHead(log, note) {
      const known = find(log.origin);
      if (known === undefined) return 'it is of no channel known here';
      const verified = await verifyHead(crypto, known.of.card, note);
      return 'expected' in verified ? `expected ${verified.expected}` : undefined;
    },
    async checkCosignature(row) {
      const known = find(row.origin);
      if (known === undefined) return 'it is of no channel known here';
      const lines = parseLines(row.lines);
      if ('expected' in lines) return `expected ${lines.expected}`;
      const pairs = await verifyPairs(crypto, known.generations.cosigners(known.of.party), row, lines.lines);
      return pairs.some(({ cosigner, time }) => cosigner === row.cosigner && time === row.time)
        ? undefined
        : 'no pair of this cosigner and time verifies';
    },
    attachmentsOf(bytes, body, log) {
      const parsed = parseEntry(crypto.sha256, bytes);
      const opened = 'entry' in parsed ? openBody(crypto.sha256, parsed.entry.header.body, body) : { expected: 'an entry' };
      if ('expected' in opened) return [];
      return attachmentsIn(Object.fromEntries(opened.body.fields)).flatMap(({ root, salt, size }) => {
        const [raw, salted] = [fromBase64url(root, 32), fromBase64url(salt, 16)];
        return raw === undefined || salted === undefined
          ? []
          : [{ root: raw, place: chunkPlace(crypto.sha256, log.channel, raw), salt: salted, chunkCount: chunkCount(size) }];
      });
    },
  };
}

/** The logs of each channel, through all generations that are known here. */
async function channelsOf(crypto: Crypto, store: Store): Promise<readonly Generations[]> {
  const found: Generations[] = [];
  for (const { json } of await store.listLocal('channel')) {
    const record = JSON.parse(json) as ChannelRecord;
    const charter = parseCharter(record.charter);
    const cards = record.cards.map(parseCard).flatMap((parsed) => ('card' in parsed ? [parsed.card] : []));
    const channel = 'charter' in charter ? assembleChannel(crypto.sha256, charter.charter, cards) : charter;
    if ('channel' in channel) found.push(await Generations.load(channel.channel, crypto, store));
  }
  return found;
}

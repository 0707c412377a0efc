import { fromUtf8, toBase64url } from '../base/bytes.ts';
import { witnessName } from '../entry/card.ts';
import type { CosignatureRow, VerdictRow } from '../store/store.ts';
import { rowOf } from '../sync/replica.ts';
import { formatCheckpoint } from '../tlog/checkpoint.ts';
import type { ChannelRuntime } from './channel-runtime.ts';
import { readEntry } from './views/facts.ts';

/** A silence procedure of ours for which the logs of some parties are still to be shown. */
export type PendingSilence = { readonly id: string; readonly expiresAt: number; readonly shown: number[] };

/** What a stamp says: the entry that it names, a head, and lines over it. */
export type SilenceStamp = { readonly silence: PendingSilence; readonly party: number; readonly checkpoint: string; readonly lines: string };

/** How long after an expiry hosts are asked again while too few have answered, in seconds. */
const ASK_AGAIN_SECONDS = 60;

/** The silence procedures among these verdicts of ours. Without hosts there are none: they are of no effect there. */
export async function silencesIn(channel: ChannelRuntime, verdicts: readonly VerdictRow[]): Promise<readonly PendingSilence[]> {
  const own = verdicts.filter((row) => row.valid && row.type === 'silence_procedure');
  if (own.length === 0 || channel.rules.quorum === 0) return [];
  return (await channel.store.entriesAt(own)).flatMap((row): readonly PendingSilence[] => {
    const expiresAt = readEntry(channel, row).document?.fields.expires_at;
    return typeof expiresAt === 'number' ? [{ id: toBase64url(row.id), expiresAt, shown: [] }] : [];
  });
}

/**
 * The stamps that are due for a silence: for each other party the head of its log that a quorum of hosts showed at or after the expiry, with our own
 * receipt, which says that all of it was open to us (spec/time.md). While we have not opened all, nothing is stamped.
 */
export async function silenceStamps(channel: ChannelRuntime, silence: PendingSilence): Promise<readonly SilenceStamp[]> {
  const { replica, store, rules } = channel;
  if (replica.now() < silence.expiresAt) return [];
  const hosts = new Set(replica.channel.hosts.map((card) => witnessName(replica.crypto.sha256, card)));
  const ours = new Set(replica.generations.heldNames(replica.us));
  const asked = [...replica.channel.parties.keys()].filter((party) => party !== replica.us && !silence.shown.includes(party));
  const stamps = await Promise.all(
    asked.map(async (party): Promise<SilenceStamp | undefined> => {
      const { origin, size, root } = await rowOf(replica, replica.generations.current(party).origin);
      const rows = size === 0 ? [] : await store.cosignatures(origin, size, size);
      const receipt = rows.find(({ cosigner }) => ours.has(cosigner));
      // Latest first: of each host the latest.
      const seen = new Map<string, CosignatureRow>();
      for (const row of rows) if (hosts.has(row.cosigner) && row.time >= silence.expiresAt && !seen.has(row.cosigner)) seen.set(row.cosigner, row);
      if (receipt === undefined || seen.size < rules.quorum) return undefined;
      const lines = [receipt, ...seen.values()].map((row) => fromUtf8(row.lines) ?? '').join('');
      return { silence, party, checkpoint: formatCheckpoint({ origin, size, root }), lines };
    }),
  );
  return stamps.filter((stamp) => stamp !== undefined);
}

/** When hosts are to be asked for the sake of these silences: at the first expiry that is still to come, or soon where one has passed. */
export function nextAsking(silences: readonly PendingSilence[], now: number): number | undefined {
  const moments = silences.map(({ expiresAt }) => (expiresAt > now ? expiresAt : now + ASK_AGAIN_SECONDS));
  return moments.length === 0 ? undefined : Math.min(...moments);
}

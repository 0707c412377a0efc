import { toBase64url } from '../../base/bytes.ts';
import type { Fields } from '../../document/kind.ts';
import { aboutEntries } from '../../projection/about-entries.ts';
import { actsBy, type Matter, openingAct, parseMatter } from '../../projection/matter.ts';
import type { DutyCard } from '../../projection/views.ts';
import { heldOutOf, usableMatters } from '../acknowledgements.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { correctedFields } from './about-entries.ts';
import { rawIds, readEntry } from './facts.ts';
import { dutiesIn } from './rows.ts';

const cards = new WeakMap<ChannelRuntime, { version: number; cards: Promise<readonly DutyCard[]> }>();

/** Who answers on each side now, the newest card of a party first; computed once for each state of the channel. */
export function dutyCardsOf(channel: ChannelRuntime): Promise<readonly DutyCard[]> {
  const cached = cards.get(channel);
  if (cached?.version === channel.version) return cached.cards;
  const entry = { version: channel.version, cards: computeCards(channel) };
  cards.set(channel, entry);
  void entry.cards.catch(() => cards.delete(channel));
  return entry.cards;
}

async function computeCards(channel: ChannelRuntime): Promise<readonly DutyCard[]> {
  const rows = await channel.store.matters(channel.id, { kind: 'contact_nomination' });
  // A telephone that somebody unknown here names is not called: the card before it stays until their accreditation is acknowledged.
  const usable = await usableMatters(
    channel,
    await heldOutOf(channel),
    rows.map((row) => parseMatter(row.state)),
  );
  // The latest nomination in a matter counts, by the party that opened it alone; one with `withdrawn` removes the card.
  const latest = usable.flatMap((matter) => {
    const { withdrawals, corrections } = aboutEntries(matter);
    const standing = actsBy(matter, matter.opener, 'contact_nomination').filter(({ id }) => !withdrawals.has(id));
    const act = openingAct(matter) === undefined ? undefined : standing.at(-1);
    return act === undefined || act.frame.withdrawn === true ? [] : [{ act, corrections: corrections.get(act.id) ?? [] }];
  });
  if (latest.length === 0) return [];
  const checks = await lastChecks(channel);
  const fields = await fieldsOf(
    channel,
    latest.map(({ act }) => act.id),
  );
  latest.sort((a, b) => a.act.party - b.act.party || b.act.index - a.act.index);
  // A card that was corrected must not send anybody to the wrong number.
  return Promise.all(
    latest.map(async ({ act, corrections }) => {
      const now = await correctedFields(channel, act.type, fields.get(act.id) ?? {}, corrections);
      return cardOf(act.party, act.id, now, checks.get(act.party));
    }),
  );
}

function cardOf(party: number, entry: string, fields: Fields, lastCheckAnswered: number | undefined): DutyCard {
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  const { languages } = fields;
  const zone = text('time_zone');
  return {
    party,
    person: text('person'),
    office: text('office'),
    telephone: text('telephone'),
    languages: Array.isArray(languages) ? languages.filter((item): item is string => typeof item === 'string') : [],
    hours: text('hours'),
    backup: text('backup'),
    entry,
    ...(zone === '' ? {} : { zone }),
    ...(lastCheckAnswered === undefined ? {} : { lastCheckAnswered }),
  };
}

async function fieldsOf(channel: ChannelRuntime, ids: readonly string[]): Promise<ReadonlyMap<string, Fields>> {
  const places = await channel.store.findEntries(channel.id, rawIds(ids));
  const rows = await channel.store.entriesAt(places);
  return new Map(rows.map((row) => [toBase64url(row.id), readEntry(channel, row).document?.fields ?? {}]));
}

/** When each party last answered a communication check. */
async function lastChecks(channel: ChannelRuntime): Promise<ReadonlyMap<number, number>> {
  const answered = new Map<number, number>();
  for (const row of await channel.store.matters(channel.id, { kind: 'communication_check' })) {
    const matter: Matter = parseMatter(row.state);
    for (const duty of dutiesIn(channel, matter, { standing: new Map() })) {
      if (duty.metAt !== undefined) answered.set(duty.debtor, Math.max(duty.metAt, answered.get(duty.debtor) ?? 0));
    }
  }
  return answered;
}

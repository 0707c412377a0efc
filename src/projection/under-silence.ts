import { withdrawnIn } from './about-entries.ts';
import { type Act, actsOf, type Matter } from './matter.ts';

/**
 * Whether a silence in a matter may still be undecided: nobody who was asked has objected, its author has not taken it back, and its author's stamps do not
 * show of every log that was asked that its party held it in time, and that a quorum of hosts saw that log at or after the expiry, all of it open to the
 * author. It has no clock, so it may say yes longer than it is undecided, and never no too early: an amendment, which can be taken back, ends nothing here.
 */
export function isUnderSilence(matter: Matter, { parties, quorum }: { readonly parties: number; readonly quorum: number }): boolean {
  if (matter.kind === '' || quorum === 0) return false;
  const silences = silencesIn(matter);
  if (silences.length === 0) return false;
  const withdrawn = withdrawnIn(matter);
  const acts = actsOf(matter);
  const objected = Map.groupBy(
    acts.filter(({ type, party }) => type === 'objection' && party >= 0 && party < parties),
    ({ refs }) => refs[0] ?? '',
  );
  const stamps = Map.groupBy(acts, ({ stamp }) => stamp?.entry ?? '');
  return silences.some((silence) => {
    if (silence.party < 0 || silence.party >= parties || withdrawn.has(silence.id)) return false;
    if (objected.get(silence.id)?.some(({ party }) => party !== silence.party) === true) return false;
    return settledOf(silence, stamps.get(silence.id) ?? [], quorum).size < parties - 1;
  });
}

/** The acts of a matter that put something under silence: most matters have none, and are asked often. */
export function silencesIn({ components }: Matter): readonly Act[] {
  const found: Act[] = [];
  for (const acts of Object.values(components)) for (const act of acts) if (act.type === 'silence_procedure') found.push(act);
  return found;
}

/**
 * The other parties of whom it is settled whether they let it pass. Of several stamps over one log the first in the author's log decides, so that no later
 * act unsettles it; what a party's own log says of itself is left out, since the author's may come after it and decides before it.
 */
function settledOf({ party, frame, index }: Act, stamps: readonly Act[], quorum: number): ReadonlySet<number> {
  const { expires_at: expiresAt } = frame;
  const deciding = new Map<number, boolean>();
  const asked = new Set<number>();
  if (typeof expiresAt !== 'number') return asked;
  for (const { party: log, stamp } of stamps) {
    if (stamp === undefined) continue;
    const covers = stamp.party === party && stamp.size > index && (stamp.from ?? 0) <= index;
    if (covers) for (const receipt of stamp.held) if (receipt.time < expiresAt) asked.add(receipt.party);
    if (log !== party || stamp.party === party || deciding.has(stamp.party)) continue;
    const hosts = new Set(stamp.witnessed.filter(({ time }) => time >= expiresAt).map(({ host }) => host));
    const isOpened = stamp.held.some((receipt) => receipt.party === party);
    if (hosts.size >= quorum) deciding.set(stamp.party, isOpened);
  }
  return new Set([...deciding].flatMap(([other, isOpened]) => (isOpened && asked.has(other) ? [other] : [])));
}

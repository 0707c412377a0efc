import { withdrawnIn } from './about-entries.ts';
import { type Act, actsOf, type Matter } from './matter.ts';

/**
 * Whether a silence in a matter may still run: nobody who was asked has objected, its author has not taken it back, and stamps do not show of every log that
 * was asked that a quorum of hosts saw it at or after the expiry. It has no clock, so it may say yes longer than the silence runs, and never no too early: an
 * amendment, which can be taken back, ends nothing here.
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
    return shownAfter(silence, stamps.get(silence.id) ?? [], quorum).size < parties - 1;
  });
}

/** The acts of a matter that put something under silence: most matters have none, and are asked often. */
export function silencesIn({ components }: Matter): readonly Act[] {
  const found: Act[] = [];
  for (const acts of Object.values(components)) for (const act of acts) if (act.type === 'silence_procedure') found.push(act);
  return found;
}

/** The other parties of whose log a stamp shows that a quorum of hosts saw it at or after the expiry. */
function shownAfter({ party, frame }: Act, stamps: readonly Act[], quorum: number): ReadonlySet<number> {
  const { expires_at: expiresAt } = frame;
  const shown = new Set<number>();
  if (typeof expiresAt !== 'number') return shown;
  for (const { party: log, stamp } of stamps) {
    if (stamp === undefined || stamp.party === party || shown.has(stamp.party)) continue;
    // As where it is decided: what others stamp of it moves nothing.
    if (log !== party && log !== stamp.party) continue;
    const hosts = new Set(stamp.witnessed.filter(({ time }) => time >= expiresAt).map(({ host }) => host));
    if (hosts.size >= quorum) shown.add(stamp.party);
  }
  return shown;
}

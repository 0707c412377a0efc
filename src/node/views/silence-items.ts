import { readMatter } from '../../projection/joint/reading.ts';
import { type SilenceContext, type SilenceJoint, type SilenceSide, silenceOf } from '../../projection/joint/silence.ts';
import type { Act, Matter } from '../../projection/matter.ts';
import { silencesIn } from '../../projection/under-silence.ts';
import type { DueView } from '../../projection/views.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { Facts } from './facts.ts';
import { countedIn } from './joint.ts';
import type { ChannelState } from './rows.ts';

/**
 * A silence that is open: who put what under it, and who has not objected; `heldOut` where somebody had a part in it whom nobody here has acknowledged. Once its
 * time is over (`isOver`), `asked` are those whose log hosts have yet to show, and `unasked` those who did not hold it in time, so that it lets nothing pass.
 */
export type OpenSilence = {
  readonly act: Act;
  readonly matter: string;
  readonly expiresAt: number;
  readonly isOver: boolean;
  readonly asked: readonly number[];
  readonly unasked: readonly number[];
  readonly heldOut: boolean;
};

/**
 * Silences in these matters that are open at `now`, also those whose time is over while it is not decided what came of them. One by somebody whom nobody here
 * has acknowledged stays in sight: it runs on the other side, and looking away would be assent. So does one that only such a person ended, since here that does
 * not end it.
 */
export async function openSilences(
  channel: ChannelRuntime,
  { standing }: Pick<ChannelState, 'standing'>,
  matters: readonly Matter[],
  usable: readonly Matter[],
  now: number,
): Promise<readonly OpenSilence[]> {
  if (!matters.some((matter) => silencesIn(matter).length > 0)) return [];
  const { parties, quorum } = channel.rules;
  const context: SilenceContext = { quorum, standing, counted: await countedIn(channel) };
  return matters.flatMap((matter, i) => {
    const whole = openIn(matter, parties, context, now);
    const used = usable[i] === undefined || usable[i] === matter ? whole : openIn(usable[i], parties, context, now);
    return [...new Set([...whole.keys(), ...used.keys()])].flatMap((id): readonly OpenSilence[] => {
      const [all, known] = [whole.get(id), used.get(id)];
      const open = known ?? all;
      const sides = (one: Open | undefined): string => JSON.stringify([one?.asked, one?.unasked]);
      return open === undefined ? [] : [{ ...open, heldOut: sides(all) !== sides(known) }];
    });
  });
}

type Open = Omit<OpenSilence, 'heldOut'>;

function openIn(matter: Matter, parties: number, context: SilenceContext, now: number): ReadonlyMap<string, Open> {
  const acts = silencesIn(matter).filter(({ frame }) => typeof frame.expires_at === 'number');
  if (acts.length === 0 || matter.kind === '') return new Map();
  const reading = readMatter(matter, parties);
  return new Map(
    acts.flatMap((act): readonly (readonly [string, Open])[] => {
      if (reading.byId.get(act.id) !== act) return [];
      const { state, expiresAt, sides }: SilenceJoint = silenceOf(reading, act, context);
      if (state !== 'open' || expiresAt === undefined) return [];
      const inState = (...states: readonly SilenceSide['state'][]): readonly number[] =>
        sides.filter((side) => states.includes(side.state)).map(({ party }) => party);
      const isOver = expiresAt <= now;
      const asked = inState('awaiting');
      return [[act.id, { act, matter: matter.id, expiresAt, isOver, asked, unasked: inState('unasked') }]];
    }),
  );
}

/** What a silence asks of one party: to object, if it does not mean to agree; once it is over, what it still takes for that party's part. */
export function silenceDue({ act, matter, expiresAt, isOver, unasked }: OpenSilence, party: number, facts: Facts | undefined): DueView {
  return {
    matter,
    entry: act.id,
    kind: act.type,
    ...(isOver ? { over: unasked.includes(party) ? ('unasked' as const) : ('hosts' as const) } : { silence: true as const }),
    debtor: party,
    creditor: act.party,
    dueAt: expiresAt,
    status: 'running',
    summary: facts?.summary ?? { id: 'summary.silence_procedure.bare' },
  };
}

import { readMatter } from '../../projection/joint/reading.ts';
import { type SilenceContext, type SilenceJoint, silenceOf } from '../../projection/joint/silence.ts';
import type { Act, Matter } from '../../projection/matter.ts';
import { silencesIn } from '../../projection/under-silence.ts';
import type { DueView } from '../../projection/views.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import type { Facts } from './facts.ts';
import { countedIn } from './joint.ts';
import type { ChannelState } from './rows.ts';

/** A silence that runs: who put what under it, and who has not objected; `heldOut` where somebody had a part in it whom nobody here has acknowledged. */
export type RunningSilence = {
  readonly act: Act;
  readonly matter: string;
  readonly expiresAt: number;
  readonly asked: readonly number[];
  readonly heldOut: boolean;
};

/**
 * Silences in these matters that are open and have not expired at `now`. One by somebody whom nobody here has acknowledged stays in sight: it runs on the other
 * side, and looking away would be assent. So does one that only such a person ended, since here that does not end it.
 */
export async function runningSilences(
  channel: ChannelRuntime,
  { standing }: Pick<ChannelState, 'standing'>,
  matters: readonly Matter[],
  usable: readonly Matter[],
  now: number,
): Promise<readonly RunningSilence[]> {
  if (!matters.some((matter) => silencesIn(matter).length > 0)) return [];
  const { parties, quorum } = channel.rules;
  const context: SilenceContext = { quorum, standing, counted: await countedIn(channel) };
  return matters.flatMap((matter, i) => {
    const whole = openIn(matter, parties, context, now);
    const used = usable[i] === undefined || usable[i] === matter ? whole : openIn(usable[i], parties, context, now);
    return [...new Set([...whole.keys(), ...used.keys()])].flatMap((id): readonly RunningSilence[] => {
      const [all, known] = [whole.get(id), used.get(id)];
      const running = known ?? all;
      return running === undefined ? [] : [{ ...running, heldOut: JSON.stringify(all?.asked) !== JSON.stringify(known?.asked) }];
    });
  });
}

type Running = Omit<RunningSilence, 'heldOut'>;

function openIn(matter: Matter, parties: number, context: SilenceContext, now: number): ReadonlyMap<string, Running> {
  const acts = silencesIn(matter).filter(({ frame }) => typeof frame.expires_at === 'number' && frame.expires_at > now);
  if (acts.length === 0 || matter.kind === '') return new Map();
  const reading = readMatter(matter, parties);
  return new Map(
    acts.flatMap((act): readonly (readonly [string, Running])[] => {
      if (reading.byId.get(act.id) !== act) return [];
      const { state, expiresAt, sides }: SilenceJoint = silenceOf(reading, act, context);
      if (state !== 'open' || expiresAt === undefined) return [];
      return [[act.id, { act, matter: matter.id, expiresAt, asked: sides.filter((side) => side.state === 'awaiting').map(({ party }) => party) }]];
    }),
  );
}

/** What a silence asks of one party: to object, if it does not mean to agree. */
export function silenceDue({ act, matter, expiresAt }: RunningSilence, party: number, facts: Facts | undefined): DueView {
  return {
    matter,
    entry: act.id,
    kind: act.type,
    silence: true,
    debtor: party,
    creditor: act.party,
    dueAt: expiresAt,
    status: 'running',
    summary: facts?.summary ?? { id: 'summary.silence_procedure.bare' },
  };
}

import type { Phrase } from '../base/phrases.ts';
import type { ChannelView } from '../projection/views.ts';

/** The one trust state of a channel: one wording, one place. */
export type Trust = {
  readonly state: 'verified' | 'catching_up' | 'founding' | 'alarm';
  readonly phrase: Phrase;
  /** What was checked, in sentences; `ok: null` is open, not wrong. */
  readonly sentences: readonly { readonly ok: boolean | null; readonly phrase: Phrase; readonly at?: number }[];
};

/** Whether an alarm says that this node signs nothing, and not that two histories exist. */
export function isGateAlarm(alarm: Phrase | undefined): boolean {
  return alarm !== undefined && alarm.id !== 'alarm.fork' && alarm.id !== 'alarm.fork_own';
}

/** What this node checked of a channel, from its view. */
export function trustOf(channel: ChannelView): Trust {
  const sentences = [...channel.logs.flatMap((log) => sentencesOfLog(channel, log)), ...hostSentences(channel)];
  if (channel.alarm !== undefined) return { state: 'alarm', phrase: channel.alarm, sentences };
  if (!channel.open) return { state: 'founding', phrase: { id: 'trust.founding' }, sentences };
  const ours = channel.logs.filter((log) => log.party === channel.us);
  const theirs = channel.logs.filter((log) => log.party !== channel.us);
  const values = {
    ours: sum(ours.map(({ record }) => record.size)),
    held: sum(ours.map(({ record }) => record.heldSize)),
    theirs: sum(theirs.map(({ record }) => record.size)),
  };
  const missing = sum(channel.logs.map(({ record }) => record.missing));
  if (missing > 0) return { state: 'catching_up', phrase: { id: 'trust.catching_up', values: { missing } }, sentences };
  return { state: 'verified', phrase: { id: values.held === values.ours ? 'trust.verified' : 'trust.verified_waiting', values }, sentences };
}

function sentencesOfLog(channel: ChannelView, log: ChannelView['logs'][number]): Trust['sentences'] {
  const { record } = log;
  const name = channel.parties[log.party]?.name ?? '';
  const ours = log.party === channel.us;
  const checked = {
    ok: record.missing === 0 ? true : null,
    phrase: { id: ours ? 'trust.own_log' : 'trust.their_log', values: { name, size: record.size, missing: record.missing } },
  } as const;
  const held = {
    ok: record.heldSize === record.size ? true : null,
    phrase: { id: ours ? 'trust.they_hold_ours' : 'trust.we_hold_theirs', values: { name, held: record.heldSize, size: record.size } },
    ...(log.heldAt === undefined ? {} : { at: log.heldAt }),
  };
  return [checked, held];
}

function hostSentences(channel: ChannelView): Trust['sentences'] {
  return channel.hosts.map((host) => ({
    ok: host.lastSeen === undefined || host.waiting > 0 ? null : true,
    phrase: {
      id: host.lastSeen === undefined ? 'trust.host_silent' : host.waiting > 0 ? 'trust.host_waits' : 'trust.host_seen',
      values: { name: host.name, count: host.waiting },
    },
    ...(host.lastSeen === undefined ? {} : { at: host.lastSeen }),
  }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

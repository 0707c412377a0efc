import type { ProvedFault } from './cosigner-fault.ts';
import type { ProvedFork } from './fork-proof.ts';
import type { Sentence } from './verify-record.ts';

/** What a verified fork proof says: whose log it is, both heads, and what follows from it and what does not. */
export function forkSentences({ who, origin, heads }: ProvedFork): readonly Sentence[] {
  const [older, newer] = heads;
  const name = who === undefined ? origin : who.card.name;
  return [
    ...(who === undefined
      ? [{ ok: null, phrase: { id: 'verify.fork_unnamed', values: { origin } } }]
      : [{ ok: true, phrase: { id: 'verify.charter', values: { parties: who.channel.parties.map((card) => card.name).join(', ') } } }]),
    { ok: true, phrase: { id: 'verify.fork', values: { name } } },
    {
      ok: true,
      phrase: { id: older.size === newer.size ? 'verify.fork_same' : 'verify.fork_path', values: { name, older: older.size, newer: newer.size } },
    },
    { ok: null, phrase: { id: 'verify.fork_which' } },
    { ok: null, phrase: { id: 'verify.not_proved_true' } },
  ];
}

/** What a verified proof against a cosigner says. */
export function faultSentences({ fault, name, role, party, channel, heads }: ProvedFault): readonly Sentence[] {
  const [first, second] = heads;
  const values = {
    name,
    role,
    party: channel.parties[party]?.name ?? '',
    first: first.checkpoint.size,
    second: second.checkpoint.size,
  };
  return [
    { ok: true, phrase: { id: 'verify.charter', values: { parties: channel.parties.map((card) => card.name).join(', ') } } },
    { ok: true, phrase: { id: fault === 'back' ? 'verify.fault_back' : 'verify.fault_fork', values } },
    { ok: null, phrase: { id: 'verify.fault_log' } },
    { ok: null, phrase: { id: 'verify.not_proved_true' } },
  ];
}

/** A procedure with one clock, for tests of what is told of a clock: a final reply to a request. */
import { utf8 } from '../src/base/bytes.ts';
import { type Pack, packText } from '../src/procedure/pack.ts';

const PACK: Pack = {
  v: 1,
  name: 'replies',
  title: 'Replies',
  kinds: ['request', 'reply'],
  clocks: [
    {
      id: 'reply',
      title: 'Final reply to the request',
      anchor: { kind: 'request', at: 'receipt', by: 'receipt' },
      due: { field: 'reply_by', days: 10 },
      discharge: { kinds: ['reply'], when: { field: 'final', one_of: [true] } },
      debtor: 'addressee',
      voluntary: true,
    },
  ],
};

/** Options of a channel in which it runs, and nothing else. */
export const REPLIES_ALONE = { packs: [utf8(packText(PACK))], shipped: ['accreditation'] } as const;

import { deepEqual, equal } from 'node:assert/strict';
import test from 'node:test';
import { EXIT, REFUSALS } from './errors.ts';

const withExit = (exit: number): readonly string[] => Object.entries(REFUSALS).flatMap(([code, row]) => (row.exit === exit ? [code] : []));

test('a command ends as refused for want of a right, and for nothing that was said', () => {
  deepEqual(withExit(EXIT.refused), [
    'not_signed_in',
    'not_allowed',
    'not_accredited',
    'recalled',
    'unacknowledged',
    'out_of_scope',
    'clearance_needed',
    'not_a_party',
    'sentence_wrong',
    'passphrase_wrong',
  ]);
});

test('a command ends as unsafe where a node, its clock or its disk must be looked at, and as unreachable where something did not answer', () => {
  deepEqual(withExit(EXIT.unsafe), ['clock_ahead', 'unsafe_state', 'locked', 'store_damaged', 'disk_full']);
  deepEqual(withExit(EXIT.unreachable), ['start_failed', 'unreachable', 'host_unreachable', 'stopping']);
  equal(REFUSALS.pin_mismatch.exit, EXIT.notVerified);
});

/**
 * Ways in which a port does less than it promises, so that the rules are broken on purpose: a simulation that does not notice them would be worth nothing.
 *
 * `late_mark`: a mark is durable only with the next one. `lazy_disk`: no write waits for the disk. `mark_in_backup`: a restored backup brings its mark along.
 * `time_goes_back`: a cosigner takes the time as its clock has it.
 */
export const FLAWS = ['late_mark', 'lazy_disk', 'mark_in_backup', 'time_goes_back'] as const;

export type Flaw = (typeof FLAWS)[number];

import { ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, signedByRepresentative } from '../envelope.ts';
import type { Fault, Fields } from '../kind.ts';
import { titled } from '../summary.ts';

/** Stages of telling, in the order in which they are usual; none is required before another. */
export const STAGES = ['early_warning', 'notification', 'intermediate', 'progress', 'final'] as const;

/** The eleven classes of the Reference Security Incident Taxonomy. */
export const RSIT_CLASSES = [
  'abusive-content',
  'malicious-code',
  'information-gathering',
  'intrusion-attempts',
  'intrusions',
  'availability',
  'information-content-security',
  'fraud',
  'vulnerable',
  'other',
  'test',
] as const;

const KNOWN = ['yes', 'no', 'not_known'] as const;

/** Tells of an incident, in stages of one matter. The clocks run from `aware_at`; a STIX bundle goes along as an attachment. */
export const incidentNotification = signedByRepresentative({
  id: 'incident_notification',
  joins: ['incident_notification'],
  opens: true,
  fields: [
    { name: 'stage', shape: 'choice', of: STAGES, frame: true, required: true },
    { name: 'title', shape: 'line', max: MAX_SUBJECT, frame: false, required: true },
    { name: 'description', shape: 'text', max: MAX_TEXT, frame: false, required: true },
    { name: 'aware_at', shape: 'instant', frame: true, required: true },
    { name: 'occurred_at', shape: 'instant', frame: false, required: false },
    { name: 'suspected_malicious', shape: 'choice', of: KNOWN, frame: false, required: false },
    { name: 'cross_border', shape: 'choice', of: KNOWN, frame: false, required: false },
    { name: 'severity', shape: 'choice', of: ['low', 'medium', 'high', 'critical'], frame: false, required: false },
    { name: 'rsit', shape: 'choice', of: RSIT_CLASSES, frame: false, required: false },
    { name: 'impact', shape: 'text', max: MAX_TEXT, frame: false, required: false },
    { name: 'root_cause', shape: 'text', max: MAX_TEXT, frame: false, required: false },
    { name: 'without_prejudice', shape: 'flag', frame: false, required: false },
    ATTACHMENTS,
  ],
  checkContent,
  summary: (fields) => titled('incident_notification', fields, 'title', ['stage']),
});

/** What is known after it is known, and what a final report is for. */
function checkContent({ stage, aware_at, occurred_at, root_cause }: Fields, erased: readonly string[]): readonly Fault[] {
  const faults: Fault[] = [];
  if (typeof aware_at === 'number' && typeof occurred_at === 'number' && occurred_at > aware_at)
    faults.push({ field: 'occurred_at', phrase: { id: 'fault.occurred_after_aware' } });
  if (stage === 'final' && root_cause === undefined && !erased.includes('root_cause'))
    faults.push({ field: 'root_cause', phrase: { id: 'fault.final_without_cause' } });
  return faults;
}

import { MAX_NAME, MAX_REMARK, signedByRepresentative } from '../envelope.ts';
import type { Fault } from '../kind.ts';
import { titled } from '../summary.ts';

/**
 * The duty card: who answers there, and how. A card is one matter; the latest nomination in it counts, and one with `withdrawn` removes it.
 * Everything about the person is content, so that it can be erased when somebody leaves.
 */
export const contactNomination = signedByRepresentative({
  id: 'contact_nomination',
  joins: ['contact_nomination'],
  opens: true,
  fields: [
    { name: 'person', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'office', shape: 'line', max: MAX_NAME, frame: false, required: true },
    { name: 'role', shape: 'line', max: MAX_NAME, frame: false, required: false, offers: 'roles' },
    { name: 'telephone', shape: 'line', max: 60, as: 'telephone', frame: false, required: false },
    { name: 'email', shape: 'line', max: 254, as: 'email', frame: false, required: false },
    { name: 'languages', shape: 'lines', max: 12, maxEach: 35, as: 'language', frame: false, required: false },
    { name: 'hours', shape: 'text', max: 400, frame: false, required: false },
    { name: 'time_zone', shape: 'line', max: 64, as: 'time_zone', frame: false, required: false },
    { name: 'backup', shape: 'line', max: MAX_NAME, frame: false, required: false },
    { name: 'remark', shape: 'text', max: MAX_REMARK, frame: false, required: false },
    { name: 'withdrawn', shape: 'flag', frame: true, required: false },
  ],
  checkContent: (fields, erased): readonly Fault[] => {
    const reachable = ['telephone', 'email'].some((name) => name in fields || erased.includes(name));
    return fields.withdrawn === true || reachable ? [] : [{ field: 'telephone', phrase: { id: 'fault.contact_unreachable' } }];
  },
  summary: (fields) => titled('contact_nomination', fields, 'person', ['withdrawn']),
});

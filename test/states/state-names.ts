import { instrumentStatus } from '../../src/projection/joint/instrument.ts';
import { isReleasedAt } from '../../src/projection/joint/statement.ts';
import type { JointView } from '../../src/projection/joint/words.ts';

/** Names of the states in which a joint state stands at `now`: `session: sitting`, `position: denies`. */
export function statesIn(view: JointView, now: number): readonly string[] {
  const one = 'state' in view ? [`${view.kind}: ${view.state}`] : [];
  return [...one, ...within(view, now)];
}

function within(view: JointView, now: number): readonly string[] {
  switch (view.kind) {
    case 'session':
      return view.accounts.length === 0 ? ['session: convened'] : view.accounts.map(({ state }) => `session: ${state}`);
    case 'text':
      return view.versions.flatMap(({ entry, state, stands }) => {
        const words = view.words[entry];
        const isBracketed = words !== undefined && words !== 'gone' && words.brackets > 0;
        return [`text: ${state}`, ...(isBracketed ? ['text: bracketed'] : []), ...positions(stands)];
      });
    case 'instrument':
      return [
        `instrument: ${instrumentStatus(view, now)}`,
        ...view.signatures.parties.flatMap(({ steps }) => steps.map(({ step }) => `signature: ${step}`)),
      ];
    case 'undertaking':
      return view.performances.map(({ state }) => `performance: ${state}`);
    case 'statement':
      return [`statement: ${isReleasedAt(view, now) ? 'released' : 'not released'}`, `statement: ${view.jointly ? 'joint' : 'of one side'}`];
    case 'request':
      return [
        ...view.asked.map(({ state }) => `reply: ${state}`),
        ...(view.escalated.length > 0 ? ['request: escalated'] : []),
        ...(view.state === 'acknowledged' ? ['reply: interim'] : []),
      ];
    case 'incident_notification':
      return view.told.map(({ stage }) => `incident: ${stage}`);
    case 'claim':
      return [`claim: ${view.standing}`, ...positions(view.stands)];
    case 'vulnerability_report':
      return [
        ...view.participants.map(({ state }) => `report: ${state}`),
        `embargo: ${view.embargo.state}`,
        // What is proposed anew lapses nothing of what holds.
        ...(view.embargo.state === 'revise' && view.embargo.active !== undefined ? ['embargo: revise, the active one in force'] : []),
        ...view.vendors.map(({ status }) => `vendor: ${status}`),
      ];
    case 'identity':
      return [
        ...(view.agrement === undefined ? [] : [`mission: agrement ${view.agrement}`]),
        ...(view.credentials === undefined ? [] : [`mission: credentials ${view.credentials}`]),
        ...(view.charges.length > 0 ? ['mission: charge'] : []),
        ...(view.nonGrata === undefined ? [] : ['mission: non grata']),
        ...(view.unrecognised === undefined ? [] : ['mission: not recognised']),
      ];
    default:
      return [];
  }
}

function positions(stands: readonly { readonly value?: string }[]): readonly string[] {
  return stands.flatMap(({ value }) => (value === undefined ? [] : [`position: ${value}`]));
}

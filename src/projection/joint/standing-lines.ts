import { exactLine, type JointLine, type LineContext, line } from './line.ts';
import { jointLines } from './lines.ts';
import { silenceStage } from './silence.ts';
import type { JointView } from './words.ts';

type SilenceView = Extract<JointView, { kind: 'silence_procedure' }>;

/** Where a matter that `opening` opened stands, in a line or two for a list: its own state, and the silence over what stands in it that ends next, or ended last. */
export function standingLines(joints: readonly JointView[], opening: string, context: LineContext): readonly JointLine[] {
  const own = joints.find(({ entry }) => entry === opening);
  const silence = silenceNow(
    joints.filter(({ entry }) => entry !== opening),
    context.now,
  );
  return [...(own === undefined ? [] : stateLines(own, context)), ...(silence === undefined ? [] : silenceLines(silence, context))];
}

function stateLines(joint: JointView, context: LineContext): readonly JointLine[] {
  // More of its affair than was looked at might say something of it.
  if (joint.unread === true) return [];
  const lines = jointLines(joint, context);
  const of = (id: string): readonly JointLine[] => lines.filter(({ phrase }) => phrase.id === id);
  switch (joint.kind) {
    case 'claim':
      return of('joint.claim_standing');
    case 'session':
      // What each side says of it is as many words as its page.
      return of('joint.accounts');
    case 'text': {
      // Whether there are brackets left is in words that are not always opened, and without it nobody knows whether all agreed.
      const last = joint.versions.at(-1);
      return last === undefined || joint.words[last.entry] === undefined ? [] : of('joint.version').slice(-1);
    }
    case 'incident_notification':
      return of('joint.stage').slice(-1);
    case 'silence_procedure':
      return silenceLines(joint, context);
    default:
      return lines.slice(0, 1);
  }
}

function silenceLines(silence: SilenceView, context: LineContext): readonly JointLine[] {
  const { expiresAt } = silence;
  const stage = silenceStage(silence, context.now);
  // Beside the state of a text it has to say that it is a silence.
  return [
    stage === 'open' && expiresAt !== undefined
      ? exactLine('joint.silence_until', undefined, expiresAt)
      : line('joint.silence_listed', { state: stage }),
  ];
}

/** Of several that run the one that ends next: whoever adds a longer one hides nothing. Else the one that ended last; what was taken back says nothing any more. */
function silenceNow(joints: readonly JointView[], now: number): SilenceView | undefined {
  const silences = joints.filter((joint) => joint.kind === 'silence_procedure' && joint.state !== 'withdrawn') as readonly SilenceView[];
  const endOf = ({ expiresAt }: SilenceView): number => expiresAt ?? 0;
  const running = silences.filter((one) => one.state === 'open' && endOf(one) > now);
  return running.length > 0
    ? running.reduce((a, b) => (endOf(b) < endOf(a) ? b : a))
    : silences.reduce<SilenceView | undefined>((a, b) => (a === undefined || endOf(b) >= endOf(a) ? b : a), undefined);
}

import { Link } from '@tanstack/react-router';
import type { ChannelView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { isGateAlarm } from '../trust.ts';

/** Channels in which two histories exist, before everything else on Today: nothing on the page matters as much. */
export function Alarms({ channels }: { readonly channels: readonly ChannelView[] }) {
  const say = useSay();
  return channels
    .filter(({ alarm }) => alarm !== undefined && !isGateAlarm(alarm))
    .map((channel) => (
      <section key={channel.id} className="inverse alarm-band" role="alert" aria-labelledby={`alarm-${channel.id}`}>
        <div className="sides">
          <div className="on-ours stack-small">
            <h2 id={`alarm-${channel.id}`}>{say('today.alarm', { channel: channel.title })}</h2>
            <p className="lead">{channel.alarm === undefined ? null : say(channel.alarm)}</p>
          </div>
          <div className="on-theirs actions">
            <Link className="button primary" to="/c/$channel/alarm" params={{ channel: channel.id }}>
              {say('today.alarm_open')}
            </Link>
          </div>
        </div>
      </section>
    ));
}

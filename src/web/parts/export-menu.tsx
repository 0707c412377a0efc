import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { ChannelView } from '../../projection/views.ts';
import { exportUrl } from '../api.ts';
import { useSay } from '../say.tsx';

/** The whole record of a channel as one file that anyone can verify offline, with or without the files sent in it. */
export function ExportMenu({ channel }: { readonly channel: ChannelView }) {
  const say = useSay();
  return (
    <DialogTrigger>
      <Button className="text-button" aria-label={say('export.title')}>
        <span className="narrow-only">{say('export.short')}</span>
        <span className="not-narrow">{say('export.title')}</span>
      </Button>
      <Popover placement="top start" className="popover-panel">
        <Dialog aria-label={say('export.title')} className="stack">
          <p>{say('export.text')}</p>
          <p className="actions">
            <a className="button" href={exportUrl(channel.id, false)} download>
              {say('export.record')}
            </a>
            <a className="button" href={exportUrl(channel.id, true)} download>
              {say('export.with_files')}
            </a>
          </p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

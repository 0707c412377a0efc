import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { useSay } from '../say.tsx';
import { Size } from './size.tsx';

/** What left with a document, or came with it: exactly, and what can be done with it. */
export function WhatLeft({ document, channel }: { readonly document: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const ours = document.row.party === channel.us;
  const bytes = Math.floor((document.entry.length * 3) / 4) + Math.floor((document.body.length * 3) / 4);
  return (
    <details className="disclosure">
      <summary>{say(ours ? 'left.title' : 'left.title_theirs')}</summary>
      <ul className="plain-list">
        <li>
          {say('left.fields', { count: Object.keys(document.fields).length })} <Size bytes={bytes} />
        </li>
        {document.attachments.map((file) => (
          <li key={file.root}>
            {say('left.file', { name: file.name })} <Size bytes={file.size} />
          </li>
        ))}
        {document.erased.map((name) => (
          <li key={name}>{say('left.erased', { name })}</li>
        ))}
        <li>{say('left.to_hosts')}</li>
        <li>
          <strong>{say(ours ? 'left.provable' : 'left.provable_theirs')}</strong>
        </li>
      </ul>
    </details>
  );
}

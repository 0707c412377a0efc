import { signedByNode } from '../envelope.ts';

/** Says that every chunk of an attachment is durable at the addressee's node; attachments never delay a receipt. */
export const blobHeld = signedByNode({
  id: 'blob_held',
  joins: [],
  opens: true,
  fields: [{ name: 'root', shape: 'bytes', size: 32, frame: true, required: true, hidden: true }],
  summary: () => ({ id: 'summary.blob_held' }),
});

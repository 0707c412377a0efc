import type { AttachmentValue } from '../../document/kind.ts';
import { summariseStix } from '../../interop/stix/stix.ts';
import { actsOf, type Matter } from '../../projection/matter.ts';
import type { AttachmentView } from '../../projection/views.ts';
import { blobFacts, isComplete, readAttachment } from '../attachments.ts';
import type { ChannelRuntime } from '../channel-runtime.ts';
import { heldSize } from '../coming-chunks.ts';

/** A bundle larger than this is a file like another: nobody reads a summary of it, and it would be parsed in memory. */
const MAX_SUMMARISED_SIZE = 8 * 1024 * 1024;
/** Summaries kept; a file never changes under its root. */
const MAX_KEPT = 200;

const summaries = new Map<string, AttachmentView['stix']>();

/** The files of a document: how much of each is here, who says they hold it whole, and what is in those that are STIX bundles. */
export function attachmentViews(
  channel: ChannelRuntime,
  entry: string,
  author: number,
  values: readonly AttachmentValue[],
  matter: Matter | undefined,
): Promise<readonly AttachmentView[]> {
  return Promise.all(
    values.map(async (value) => {
      const stix = await stixOf(channel, value);
      return {
        root: value.root,
        name: value.name,
        media: value.media,
        size: value.size,
        held: await heldSize(channel, value),
        heldBy: holders(matter, entry, value.root, author),
        ...(stix === undefined ? {} : { stix }),
      };
    }),
  );
}

/** The author, and every party whose node said so in the same matter. */
function holders(matter: Matter | undefined, entry: string, root: string, author: number): readonly number[] {
  const said =
    matter === undefined ? [] : actsOf(matter).filter((act) => act.type === 'blob_held' && act.refs[0] === entry && act.frame.root === root);
  return [...new Set([author, ...said.map((act) => act.party)])].sort((a, b) => a - b);
}

async function stixOf(channel: ChannelRuntime, value: AttachmentValue): Promise<AttachmentView['stix']> {
  if (!mayBeStix(value) || !(await isComplete(channel, value.root))) return undefined;
  // What is here decides, not what this document says of it.
  if (((await blobFacts(channel, value.root))?.size ?? 0) > MAX_SUMMARISED_SIZE) return undefined;
  if (summaries.has(value.root)) return summaries.get(value.root);
  const { valid, version, counts, errors, names } = summariseStix(await readAttachment(channel, value.root));
  const claims = version !== undefined || saysStix(value);
  const summary = claims ? { valid, version: version ?? '', counts, errors, names: names.map(({ name }) => name) } : undefined;
  if (summaries.size >= MAX_KEPT) summaries.clear();
  summaries.set(value.root, summary);
  return summary;
}

function mayBeStix(value: AttachmentValue): boolean {
  return saysStix(value) || /^application\/json/.test(value.media) || /\.json$/i.test(value.name);
}

function saysStix({ media, name }: AttachmentValue): boolean {
  return /^application\/(vnd\.oasis\.)?stix\+json/.test(media) || /\.stix2?(\.json)?$/i.test(name);
}

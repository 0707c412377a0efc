import { ParleyError } from '../base/errors.ts';
import { profileNamed } from '../node/profiles.ts';
import type { ChannelView } from '../projection/views.ts';
import type { Arguments } from './arguments.ts';
import { findChannel, openClient } from './client.ts';

/** What a channel has of its own for whoever writes in it: its words, its first menu, and what its points of contact are called. */
export type Words = Partial<Pick<ChannelView, 'profile' | 'roles' | 'title'>>;

/**
 * The words that `--profile` or `--channel` names; else those of the channels of this directory, where all have one profile. Where no party lives here, or
 * its directory is in use, nothing is asked of it: the words of the program stand. Refuses as {@link findChannel} and `profileNamed` do.
 */
export async function wordsHere(args: Arguments, dir: string): Promise<Words> {
  const [profile, channel] = [args.text('profile'), args.text('channel')];
  if (profile !== undefined && channel !== undefined) throw new ParleyError('usage', 'either --profile or --channel');
  if (profile !== undefined) return { profile: profileNamed(profile) };
  if (channel !== undefined) return inDirectory(dir, channel);
  try {
    return await inDirectory(dir, undefined);
  } catch (error) {
    if (error instanceof ParleyError) return {};
    throw error;
  }
}

async function inDirectory(dir: string, name: string | undefined): Promise<Words> {
  const client = await openClient(dir);
  try {
    if (name !== undefined) return await findChannel(client, name);
    const [first, ...more] = await client.get<readonly ChannelView[]>('/api/channels');
    if (first === undefined || more.length === 0) return first ?? {};
    const alike = more.every(({ profile }) => profile?.name === first.profile?.name);
    return alike && first.profile !== undefined ? { profile: first.profile } : {};
  } finally {
    await client.close();
  }
}

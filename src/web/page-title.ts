import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queries } from './queries.ts';
import { visible } from './visible.ts';
import { useWindowTitle } from './window-title.ts';

/** As {@link useWindowTitle}, with the channel that the page is of between them. */
export function usePageTitle(...subject: readonly (string | undefined)[]): void {
  const { channel } = useParams({ strict: false });
  const { data } = useQuery({ ...queries.channel(channel ?? ''), enabled: channel !== undefined });
  useWindowTitle(subject.filter((one) => one !== undefined && one !== '').join(' '), visible(data?.title ?? ''));
}

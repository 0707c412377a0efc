import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { bracketsOf } from '../../../document/brackets.ts';
import type { ChannelView } from '../../../projection/views.ts';
import { queries } from '../../queries.ts';
import { visible } from '../../visible.ts';

/** An article with its brackets: tall, whose each is at its foot, one rule where it is ours and two where it is theirs. What is no text in brackets stands as it is. */
export function Bracketed({ text, channel }: { readonly text: string; readonly channel: string }) {
  const query = useQuery(queries.channel(channel));
  // Brackets that do not pair are said to be broken; nobody guesses which belong together.
  if ('wrong' in bracketsOf(text)) return visible(text);
  return <>{partsOf(text, query.data)}</>;
}

function partsOf(text: string, channel: ChannelView | undefined): readonly ReactNode[] {
  const parts: ReactNode[] = [];
  let from = 0;
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', from)) {
    const end = closing(text, at);
    parts.push(
      <Fragment key={from}>{visible(text.slice(from, at))}</Fragment>,
      <OneBracket key={at} inner={text.slice(at + 1, end)} channel={channel} />,
    );
    from = end + 1;
  }
  parts.push(<Fragment key="rest">{visible(text.slice(from))}</Fragment>);
  return parts;
}

/** The brackets themselves stay in the text, for whoever hears or copies it. */
function OneBracket({ inner, channel }: { readonly inner: string; readonly channel: ChannelView | undefined }) {
  const read = bracketsOf(`[${inner}]`);
  const whose = 'brackets' in read ? read.brackets[0]?.whose : undefined;
  const words = whose === undefined ? inner : inner.slice(whose.length + 1).trimStart();
  return (
    <span className={`bracket ${sideOf(whose, channel)}`}>
      <span className="sr-only">[</span>
      <span className="bracket-words">{partsOf(words, channel)}</span>
      {whose === undefined ? null : <span className="bracket-owner">{visible(whose)}</span>}
      <span className="sr-only">]</span>
    </span>
  );
}

/** Whose side a bracket is on, by a party's name or the first letters of its words; unknown where no party or several are called so. */
function sideOf(whose: string | undefined, channel: ChannelView | undefined): string {
  const plain = (name: string): string => name.normalize('NFC').toLowerCase();
  const initials = (name: string): string =>
    name
      .split(/[\s-]+/)
      .map((word) => word.slice(0, 1))
      .join('');
  const called = (channel?.parties ?? []).flatMap(({ name }, party) =>
    whose !== undefined && (plain(name) === plain(whose) || plain(initials(name)) === plain(whose)) ? [party] : [],
  );
  const [party] = called;
  return called.length !== 1 ? '' : party === channel?.us ? 'ours' : 'theirs';
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth === 0) return at;
  }
  return text.length;
}

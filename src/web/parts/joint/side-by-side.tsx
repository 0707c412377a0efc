import type { JointView, LanguageVersion } from '../../../projection/joint/words.ts';
import { useSay, useVoice } from '../../say.tsx';
import { visible } from '../../visible.ts';

type Translation = Extract<JointView, { kind: 'translation' }>;

/** What an instrument says in each language, a column each: whoever signs reads that they say the same. */
export function Languages({ versions }: { readonly versions: readonly LanguageVersion[] }) {
  const say = useSay();
  return (
    <div className="side-by-side">
      {versions.map(({ language, authentic, text }) => (
        <section key={language} className="sheet" aria-label={language}>
          <p className="entry-head">
            <LanguageName tag={language} />
            <span className={authentic ? undefined : 'muted'}>{say(authentic ? 'joint.authentic_text' : 'joint.other_text')}</span>
          </p>
          <p className="party-text" dir="auto" lang={language}>
            {visible(text)}
          </p>
        </section>
      ))}
    </div>
  );
}

/** A translation beside its original, with what has no counterpart marked in either. */
export function TranslationTexts({ translation }: { readonly translation: Translation }) {
  const say = useSay();
  const { texts, check, language } = translation;
  if (texts === undefined || check === undefined || check === 'gone') return null;
  const columns = [
    { title: 'joint.original', tag: texts.language, text: texts.original, marked: check.missing.map((one) => one.text) },
    { title: 'kind.translation', tag: language, text: texts.translation, marked: [...check.destroyed, ...check.added.map((one) => one.text)] },
  ];
  return (
    <div className="side-by-side">
      {columns.map(({ title, tag, text, marked }) => (
        <section key={title} className="sheet" aria-label={say(title)}>
          <p className="entry-head">
            <strong>{say(title)}</strong>
            <LanguageName tag={tag} />
          </p>
          <p className="party-text" dir="auto" {...(tag === '' ? {} : { lang: tag })}>
            <Marked text={visible(text)} marked={marked.map(visible)} />
          </p>
        </section>
      ))}
    </div>
  );
}

/** A text with every place marked at which one of these stands as a word of its own; a figure that stands twice is marked twice, and a person judges. */
function Marked({ text, marked }: { readonly text: string; readonly marked: readonly string[] }) {
  const parts = marked.length === 0 ? [text] : text.split(patternOf(marked));
  return parts.map((part, place) =>
    // Every second part is what the pattern caught.
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, by their place in it
    place % 2 === 0 ? part : <mark key={place}>{part}</mark>,
  );
}

function patternOf(marked: readonly string[]): RegExp {
  const words = [...new Set(marked)].sort((a, b) => b.length - a.length).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(${words.join('|')})(?![\\p{L}\\p{N}])`, 'u');
}

/** A language in words, where the browser knows it; its tag otherwise. */
function LanguageName({ tag }: { readonly tag: string }) {
  const { language } = useVoice();
  if (tag === '') return null;
  let name: string | undefined;
  try {
    name = new Intl.DisplayNames([language], { type: 'language' }).of(tag);
  } catch {
    // No tag: shown as it was written.
  }
  return <bdi>{visible(name ?? tag)}</bdi>;
}

import { labelOf } from '../../document/form.ts';
import type { ChannelView, DocumentView } from '../../projection/views.ts';
import { CHOSEN, correctable, erasable, newName, presentText } from '../about-draft.ts';
import type { Draft } from '../draft.ts';
import { zonesOf } from '../instants.ts';
import { otherNames } from '../others.ts';
import { useSay } from '../say.tsx';
import { DraftField, fieldId } from './draft-field.tsx';
import { FieldFrame } from './fields.tsx';

type AboutFormProps = {
  readonly kind: string;
  readonly parent: DocumentView;
  readonly channel: ChannelView;
  readonly draft: Draft;
  readonly change: (change: (draft: Draft) => Draft) => void;
  readonly faultOf: (name: string) => string | undefined;
};

/** What only an act about another document asks: which of its fields, and what they say now. */
export function AboutForm(props: AboutFormProps) {
  if (props.kind === 'correction') return <NewValues {...props} />;
  if (props.kind === 'body_erased') return <ChooseFields {...props} />;
  return null;
}

function NewValues({ parent, channel, draft, change, faultOf }: AboutFormProps) {
  const say = useSay();
  return (
    <>
      {correctable(parent).map((one) => {
        const name = newName(one.field.name);
        const asked = { ...one, field: { ...one.field, name }, help: { id: 'about.new_value' } };
        const before = presentText(parent, one);
        // Fields that are seldom used and say nothing would only be in the way.
        if (before === '' && (one.field.name === 'ref' || one.field.name === 'lang')) return null;
        return (
          <DraftField
            key={name}
            one={asked}
            value={draft.texts[name] ?? before}
            fault={faultOf(name)}
            zones={zonesOf(channel)}
            roles={channel.roles}
            onChange={(text) => change((now) => ({ ...now, texts: { ...now.texts, [name]: text } }))}
          />
        );
      })}
      <p className="muted">{say('about.frame_stays')}</p>
    </>
  );
}

function ChooseFields({ parent, channel, draft, change, faultOf }: AboutFormProps) {
  const say = useSay();
  const chosen = (draft.texts[CHOSEN] ?? '').split('\n').filter((name) => name !== '');
  const names = [...erasable(parent, channel.us).keys()];
  const put = (name: string, on: boolean) =>
    change((now) => ({ ...now, texts: { ...now.texts, [CHOSEN]: (on ? [...chosen, name] : chosen.filter((one) => one !== name)).join('\n') } }));
  return (
    <FieldFrame id={fieldId(CHOSEN)} label={say('about.fields')} hint={say('about.fields.help')} fault={faultOf(CHOSEN)} group>
      <div className="check-list">
        {names.map((name) => (
          <label key={name} className="check">
            <input type="checkbox" checked={chosen.includes(name)} onChange={(event) => put(name, event.target.checked)} />
            {say(labelOf(parent.row.kind, name))}
          </label>
        ))}
      </div>
    </FieldFrame>
  );
}

/** What an act about another document does, and what it does not do, said before it is signed. */
export function AboutMeaning({ kind, parent, channel }: { readonly kind: string; readonly parent: DocumentView; readonly channel: ChannelView }) {
  const say = useSay();
  const names = otherNames(channel);
  const own = parent.row.party === channel.us;
  const author = channel.parties[parent.row.party]?.name ?? '';
  // Who erases a field often does not think of what was said anew about it.
  const corrections = parent.corrections.length === 0 ? [] : ['about.erase.corrections'];
  const sentences =
    kind === 'body_erased'
      ? own
        ? ['about.erase.does', 'about.erase.theirs', ...corrections, 'about.erase.not', 'about.erase.stays']
        : ['about.drop.does', 'about.drop.not', 'about.erase.stays']
      : kind === 'correction'
        ? ['about.correct.does', 'about.correct.not']
        : kind === 'lost'
          ? ['about.lost.does']
          : ['about.withdraw.does', 'about.withdraw.not'];
  return (
    <ul className="plain-list about-meaning">
      {sentences.map((id) => (
        <li key={id}>{say(id, { names, author })}</li>
      ))}
    </ul>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Radio, RadioGroup, Switch } from 'react-aria-components';
import { usePageTitle } from '../page-title.ts';
import { KeyFacts } from '../parts/key-facts.tsx';
import { type Prefs, setPrefs, usePrefs } from '../prefs.ts';
import { queries } from '../queries.ts';
import { LANGUAGES, useSay } from '../say.tsx';
import { useDeviceKey } from '../use-device-key.ts';

/** This device: how pages look here, whether single keys act, and the signing key it keeps. */
export function Device() {
  const say = useSay();
  usePageTitle(say('device.title'));
  const prefs = usePrefs();
  const session = useQuery(queries.session());
  const key = useDeviceKey(session.data);
  return (
    <div className="sides threshold">
      <section className="on-ours stack">
        <h1>{say('device.title')}</h1>
        <RadioGroup className="field radio-group" value={prefs.theme} onChange={(theme) => setPrefs({ theme: theme as Prefs['theme'] })}>
          <span className="label" id="device-theme">
            {say('device.theme')}
          </span>
          {(['auto', 'light', 'dark'] as const).map((theme) => (
            <Radio key={theme} value={theme} className="radio">
              <span className="radio-mark" aria-hidden="true" />
              {say(`device.theme.${theme}`)}
            </Radio>
          ))}
        </RadioGroup>
        {LANGUAGES.length < 2 ? null : (
          <RadioGroup className="field radio-group" value={prefs.language ?? 'en'} onChange={(language) => setPrefs({ language })}>
            <span className="label">{say('device.language')}</span>
            {LANGUAGES.map((tag) => (
              <Radio key={tag} value={tag} className="radio">
                <span className="radio-mark" aria-hidden="true" />
                {new Intl.DisplayNames([tag], { type: 'language' }).of(tag)}
              </Radio>
            ))}
          </RadioGroup>
        )}
        <Switch className="switch" isSelected={prefs.keys} onChange={(keys) => setPrefs({ keys })}>
          <span className="switch-mark" aria-hidden="true" />
          {say('keys.single')}
        </Switch>
        <p className="muted">{say('device.version', { version: session.data?.version ?? '' })}</p>
      </section>
      <section className="on-theirs stack">
        {key.data === undefined || key.data === null ? (
          <>
            <h2>{say('key.title')}</h2>
            <p>{key.isPending ? say('page.loading') : say('key.none_here')}</p>
          </>
        ) : (
          <KeyFacts deviceKey={key.data} />
        )}
      </section>
    </div>
  );
}

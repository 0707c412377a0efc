import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { UNSAFE_PortalProvider } from 'react-aria';
import { I18nProvider } from 'react-aria-components';
import { useKeys } from './keyboard.ts';
import { type LiveState, listen } from './live.ts';
import { SignIn } from './pages/sign-in.tsx';
import { KeysDialog, Palette, useDialogs } from './parts/dialogs.tsx';
import { Masthead } from './parts/masthead.tsx';
import { Answered } from './parts/states.tsx';
import { usePrefs } from './prefs.ts';
import { queries } from './queries.ts';
import { chooseLanguage, useSay, useVoice, VoiceProvider } from './say.tsx';

/** Pages anyone may see: enrolment has its own key, verification needs none. */
const OPEN_PAGES = ['/enrol', '/verify'];

/** Language, theme and the shell around every page. */
export function App() {
  const prefs = usePrefs();
  const language = chooseLanguage(prefs.language, navigator.languages);
  useEffect(() => {
    if (prefs.theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = prefs.theme;
  }, [prefs.theme]);
  return (
    <VoiceProvider language={language}>
      <I18nProvider locale={language === 'en' ? 'en-GB' : language}>
        <Shell />
      </I18nProvider>
    </VoiceProvider>
  );
}

function Shell() {
  const { language, dir } = useVoice();
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = dir;
  }, [language, dir]);
  const session = useQuery(queries.session());
  const path = useRouterState({ select: (state) => state.location.pathname });
  const open = OPEN_PAGES.includes(path);
  const signedIn = session.data?.person !== undefined;
  const live = useLive(signedIn);
  const dialogs = useDialogs();
  useShellKeys(
    signedIn,
    () => dialogs.palette.onOpenChange(true),
    () => dialogs.keys.onOpenChange(true),
  );
  return (
    <>
      <Masthead
        signedIn={signedIn && path !== '/enrol'}
        onPalette={() => dialogs.palette.onOpenChange(true)}
        onKeys={() => dialogs.keys.onOpenChange(true)}
      />
      <LiveNotice state={live} />
      <UNSAFE_PortalProvider getContainer={overlayContainer}>
        <main id="main" tabIndex={-1}>
          {open || signedIn ? <Outlet /> : <Answered query={session}>{(data) => <SignIn session={data} />}</Answered>}
        </main>
      </UNSAFE_PortalProvider>
      {signedIn ? <Palette {...dialogs.palette} /> : null}
      <KeysDialog {...dialogs.keys} />
    </>
  );
}

/** Cards open inside the page's main region, so that a screen reader finds them where they belong. */
function overlayContainer(): HTMLElement | null {
  return document.getElementById('main');
}

/** Says, once for the whole page, that news do not arrive; what is on screen is then as of before. */
function LiveNotice({ state }: { readonly state: LiveState }) {
  const say = useSay();
  return (
    <div role="status" className="live-notice">
      {state === 'retrying' ? <p>{say('live.retrying')}</p> : null}
    </div>
  );
}

function useLive(signedIn: boolean): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('off');
  useEffect(() => (signedIn ? listen(client, setState) : undefined), [client, signedIn]);
  return state;
}

function useShellKeys(signedIn: boolean, openPalette: () => void, openKeys: () => void): void {
  const navigate = useNavigate();
  const { channel } = useParams({ strict: false });
  useKeys({
    '?': openKeys,
    ...(signedIn ? { 'g t': () => void navigate({ to: '/' }) } : {}),
    ...(signedIn && channel !== undefined
      ? {
          'g c': () => void navigate({ to: '/c/$channel', params: { channel } }),
          'g d': () => void navigate({ to: '/c/$channel/dossiers', params: { channel } }),
          n: () => void navigate({ to: '/c/$channel/compose', params: { channel } }),
        }
      : {}),
  });
  useEffect(() => {
    if (!signedIn) return;
    // With a modifier, so it stays when single keys are off.
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [signedIn, openPalette]);
}

import '@fontsource/source-serif-4/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '../tokens.css';
import '../styles/base.css';
import '../styles/frame.css';
import '../styles/parts.css';
import '../styles/pages.css';
import '../styles/narrow.css';
import '../styles/print.css';
import '../styles/proof.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Verify } from '../pages/verify.tsx';
import { chooseLanguage, useSay, VoiceProvider } from '../say.tsx';

/** The verifier alone: one file that opens from disk, asks nobody, and says what a file proves (docs/check.md). */
function Verifier() {
  return (
    <VoiceProvider language={chooseLanguage(undefined, navigator.languages)}>
      <Head />
      <main id="main" tabIndex={-1}>
        <Verify />
      </main>
    </VoiceProvider>
  );
}

function Head() {
  const say = useSay();
  const mark = (
    <>
      <span aria-hidden="true">{say('app.name_left')}</span>
      <span className="bar" aria-hidden="true" />
      <span aria-hidden="true">{say('app.name_right')}</span>
    </>
  );
  return (
    <header className="masthead">
      <div className="sides">
        <span />
        {location.protocol === 'file:' ? (
          <span className="wordmark" role="img" aria-label={say('app.name')}>
            {mark}
          </span>
        ) : (
          <a className="wordmark" href="/" aria-label={say('app.name')}>
            {mark}
          </a>
        )}
        <div className="tools">
          <span className="muted wide-only">{say('verify_page.offline')}</span>
        </div>
      </div>
    </header>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('bug: no root element');
createRoot(root).render(
  <StrictMode>
    <Verifier />
  </StrictMode>,
);

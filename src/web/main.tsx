import '@fontsource/source-serif-4/400.css';
import '@fontsource/source-serif-4/600.css';
import '@fontsource/ibm-plex-sans/400.css';
import '@fontsource/ibm-plex-sans/600.css';
import '@fontsource/ibm-plex-mono/400.css';
import './tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/pages.css';
import './styles/forks.css';
import './styles/lineage.css';
import './styles/document.css';
import './styles/joint.css';
import './styles/writing.css';
import './styles/about-entries.css';
import './styles/people.css';
import './styles/keys.css';
import './styles/notices.css';
import './styles/narrow.css';
import './styles/print.css';
import './styles/proof.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refused } from './api.ts';
import { makeRouter } from './routes.tsx';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal is an answer; only a lost connection is asked again.
      retry: (count, error) => count < 3 && error instanceof Refused && error.code === 'offline',
    },
  },
});

// A session that ended while a page was open leads back to signing in, on the same page.
client.getQueryCache().subscribe((event) => {
  const error = event.query.state.error;
  if (event.type === 'updated' && event.action.type === 'error' && error instanceof Refused && error.code === 'not_signed_in') {
    void client.invalidateQueries({ queryKey: ['session'] });
  }
});

const root = document.getElementById('root');
if (root === null) throw new Error('bug: no root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={makeRouter()} />
    </QueryClientProvider>
  </StrictMode>,
);

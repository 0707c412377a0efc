import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { App } from './app.tsx';
import { Channel } from './pages/channel.tsx';
import { Document } from './pages/document.tsx';
import { NotFound } from './pages/not-found.tsx';
import { Table } from './pages/table.tsx';
import { Today } from './pages/today.tsx';

const root = createRootRoute({ component: App, notFoundComponent: NotFound });
const today = createRoute({ getParentRoute: () => root, path: '/', component: Today });
const enrol = createRoute({ getParentRoute: () => root, path: '/enrol', component: lazyRouteComponent(() => import('./pages/enrol.tsx'), 'Enrol') });
const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: lazyRouteComponent(() => import('./pages/verify.tsx'), 'Verify'),
});
const device = createRoute({
  getParentRoute: () => root,
  path: '/device',
  component: lazyRouteComponent(() => import('./pages/device.tsx'), 'Device'),
});
const alarm = createRoute({
  getParentRoute: () => root,
  path: '/c/$channel/alarm',
  component: lazyRouteComponent(() => import('./pages/alarm.tsx'), 'Alarm'),
});
const channel = createRoute({ getParentRoute: () => root, path: '/c/$channel', component: Channel });
const table = createRoute({ getParentRoute: () => channel, path: '/', component: Table });
const people = createRoute({
  getParentRoute: () => channel,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people.tsx'), 'People'),
});
const procedures = createRoute({
  getParentRoute: () => channel,
  path: '/procedures',
  component: lazyRouteComponent(() => import('./pages/procedures.tsx'), 'Procedures'),
});
const dossiers = createRoute({
  getParentRoute: () => channel,
  path: '/dossiers',
  component: lazyRouteComponent(() => import('./pages/dossiers.tsx'), 'Dossiers'),
});
const dossier = createRoute({
  getParentRoute: () => channel,
  path: '/dossiers/$id',
  validateSearch: (search: Record<string, unknown>): { readonly part?: number } =>
    typeof search.part === 'number' && Number.isSafeInteger(search.part) && search.part > 1 ? { part: search.part } : {},
  component: lazyRouteComponent(() => import('./pages/dossier.tsx'), 'Dossier'),
});
const document = createRoute({ getParentRoute: () => channel, path: '/documents/$id', component: Document });
const compose = createRoute({
  getParentRoute: () => channel,
  path: '/compose',
  validateSearch: (search: Record<string, unknown>): ComposeSearch => ({
    ...(typeof search.kind === 'string' ? { kind: search.kind } : {}),
    ...(typeof search.to === 'string' ? { to: search.to } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/compose.tsx'), 'Compose'),
});
const clearance = createRoute({
  getParentRoute: () => channel,
  path: '/clearances/$id',
  component: lazyRouteComponent(() => import('./pages/clearance.tsx'), 'Clearance'),
});
const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: lazyRouteComponent(() => import('./pages/rules.tsx'), 'Rules'),
});
const notices = createRoute({
  getParentRoute: () => root,
  path: '/notices',
  component: lazyRouteComponent(() => import('./pages/notices.tsx'), 'Notices'),
});

const disclose = createRoute({
  getParentRoute: () => channel,
  path: '/disclose',
  validateSearch: (search: Record<string, unknown>): { readonly document?: string } =>
    typeof search.document === 'string' ? { document: search.document } : {},
  component: lazyRouteComponent(() => import('./pages/disclose.tsx'), 'Disclose'),
});

/** What a link to the form says: the kind to write, and the document it joins. */
export type ComposeSearch = { readonly kind?: string; readonly to?: string };

/** The pages by address. */
export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([
      today,
      enrol,
      verify,
      device,
      alarm,
      rules,
      notices,
      channel.addChildren([table, people, procedures, dossiers, dossier, document, compose, clearance, disclose]),
    ]),
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

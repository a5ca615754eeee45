import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut } from './data/explain-error.ts';
import { queryKeys } from './data/query-keys.ts';
import { meQuery, setupQuery } from './data/use-session.ts';
import { ErrorPage } from './pages/shell/error-page.tsx';
import { NotFoundPage } from './pages/shell/not-found-page.tsx';
import { PendingPage } from './pages/shell/pending-page.tsx';
import { RootLayout } from './pages/shell/root-layout.tsx';
import {
  parseAuditSearch,
  parseEntrySearch,
  parseProjectSearch,
  parseResourcesSearch,
  parseStackUpdateSearch,
  parseStackUpdatesSearch,
} from './route-search.ts';

interface RouterContext {
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: RootLayout });

/** Who is signed in already has nothing to do on the pages before. */
async function skipWhenSignedIn({ queryClient }: RouterContext, next: string): Promise<void> {
  // Whoever was just sent here because nobody is signed in need not be asked again.
  if (queryClient.getQueryState(queryKeys.me())?.status === 'error') return;
  const me = await queryClient.fetchQuery(meQuery).catch(() => undefined);
  if (me !== undefined) throw redirect({ href: next });
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: parseEntrySearch,
  async beforeLoad({ context, search }) {
    await skipWhenSignedIn(context, search.next ?? '/');
    const { claimed } = await context.queryClient.ensureQueryData(setupQuery);
    if (!claimed) throw redirect({ to: '/claim' });
  },
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  async beforeLoad({ context }) {
    const { registration } = await context.queryClient.ensureQueryData(setupQuery);
    if (registration !== 'open') throw redirect({ to: registration === 'claim' ? '/claim' : '/invitation' });
  },
  component: lazyRouteComponent(() => import('./pages/register/register-page.tsx'), 'RegisterPage'),
});

const claimRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/claim',
  async beforeLoad({ context }) {
    const { claimed } = await context.queryClient.ensureQueryData(setupQuery);
    if (claimed) throw redirect({ to: '/sign-in' });
  },
  component: lazyRouteComponent(() => import('./pages/claim/claim-page.tsx'), 'ClaimPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/invitation/invitation-page.tsx'), 'InvitationPage'),
});

const galleryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ui',
  component: lazyRouteComponent(() => import('./pages/ui-gallery/ui-gallery-page.tsx'), 'UiGalleryPage'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  async beforeLoad({ context, location }) {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  component: lazyRouteComponent(() => import('./pages/shell/app-shell.tsx'), 'AppShell'),
});

const projectsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/projects/projects-page.tsx'), 'ProjectsPage'),
});

const projectRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/projects/$projectId',
  validateSearch: parseProjectSearch,
  component: lazyRouteComponent(() => import('./pages/project/project-page.tsx'), 'ProjectPage'),
});

const organizationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/organization',
  component: lazyRouteComponent(() => import('./pages/organization/organization-layout.tsx'), 'OrganizationLayout'),
});

const organizationIndexRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/organization/members' });
  },
});

const membersRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('./pages/organization/members/members-page.tsx'), 'MembersPage'),
});

const tokensRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./pages/organization/tokens/tokens-page.tsx'), 'TokensPage'),
});

const resourcesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/resources',
  validateSearch: parseResourcesSearch,
  component: lazyRouteComponent(() => import('./pages/organization/resources/resources-page.tsx'), 'ResourcesPage'),
});

const modulesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/modules',
  component: lazyRouteComponent(() => import('./pages/organization/modules/modules-page.tsx'), 'ModulesPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('./pages/organization/audit/audit-page.tsx'), 'AuditPage'),
});

const platformRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/platform',
  component: lazyRouteComponent(() => import('./pages/organization/platform/platform-page.tsx'), 'PlatformPage'),
});

const organizationSettingsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('./pages/organization/settings/organization-settings-page.tsx'),
    'OrganizationSettingsPage',
  ),
});

const credentialsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/credentials',
  component: lazyRouteComponent(
    () => import('./pages/organization/credentials/credentials-page.tsx'),
    'CredentialsPage',
  ),
});

const credentialRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/credentials/$credentialId',
  component: lazyRouteComponent(() => import('./pages/organization/credentials/credential-page.tsx'), 'CredentialPage'),
});

const stackUpdatesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/stack-updates',
  validateSearch: parseStackUpdatesSearch,
  component: lazyRouteComponent(
    () => import('./pages/organization/stack-updates/stack-updates-page.tsx'),
    'StackUpdatesPage',
  ),
});

const stackUpdateRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stack-updates/$stackUpdateId',
  validateSearch: parseStackUpdateSearch,
  component: lazyRouteComponent(() => import('./pages/stack-update/stack-update-page.tsx'), 'StackUpdatePage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  registerRoute,
  claimRoute,
  invitationRoute,
  galleryRoute,
  shellRoute.addChildren([
    projectsRoute,
    projectRoute,
    organizationRoute.addChildren([
      organizationIndexRoute,
      membersRoute,
      tokensRoute,
      resourcesRoute,
      modulesRoute,
      auditRoute,
      organizationSettingsRoute,
      credentialsRoute,
      credentialRoute,
      stackUpdatesRoute,
      platformRoute,
    ]),
    stackUpdateRoute,
    accountRoute,
  ]),
]);

/** The pages and their addresses. Every page is a part of its own, which is loaded when it is wanted. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: PendingPage,
    defaultPendingMs: 300,
    // A project's page scrolls by what its address says (the line of a log), and must not be put back elsewhere afterwards.
    scrollRestoration: ({ location }) => !/^\/(projects|stack-updates)\//.test(location.pathname),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, type RouterHistory,
} from '@tanstack/react-router';

import { isSignedIn, restoreSession } from '../auth/session';
import { paths, safeReturnPath } from '../config/paths';
import { ErrorPage } from './error-page';
import { Layout } from './layout';
import { NotFoundPage } from './not-found-page';
import { PendingPage } from './pending-page';
import { RootShell } from './root-shell';

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: RootShell, notFoundComponent: NotFoundPage });

/** Pages for those who are not signed in. */
const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  validateSearch: (search: Record<string, unknown>): { returnTo?: string } =>
    typeof search.returnTo === 'string' ? { returnTo: safeReturnPath(search.returnTo) } : {},
  beforeLoad: async ({ search }) => {
    await restoreSession();
    if (isSignedIn()) throw redirect({ href: `/app${search.returnTo ?? '/'}`, replace: true });
  },
  component: Outlet,
});

/** Pages for the signed-in therapist, inside of rail and bars. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    await restoreSession();
    if (!isSignedIn()) throw redirect({ to: '/login', search: { returnTo: location.href }, replace: true });
  },
  component: Layout,
});

const login = createRoute({ getParentRoute: () => outside, path: paths.login, component: lazyRouteComponent(() => import('./pages/login-page'), 'LoginPage') });
const register = createRoute({ getParentRoute: () => outside, path: paths.register, component: lazyRouteComponent(() => import('./pages/register-page'), 'RegisterPage') });
const forgot = createRoute({ getParentRoute: () => outside, path: paths.forgotPassword, component: lazyRouteComponent(() => import('./pages/forgot-password-page'), 'ForgotPasswordPage') });
const reset = createRoute({
  getParentRoute: () => root,
  path: paths.resetPassword,
  validateSearch: (search: Record<string, unknown>): { uid?: string; token?: string } => ({
    ...(search.uid === undefined ? {} : { uid: String(search.uid) }),
    ...(search.token === undefined ? {} : { token: String(search.token) }),
  }),
  component: lazyRouteComponent(() => import('./pages/reset-password-page'), 'ResetPasswordPage'),
});

const today = createRoute({ getParentRoute: () => inside, path: paths.today, component: lazyRouteComponent(() => import('./pages/today-page'), 'TodayPage') });
const patients = createRoute({ getParentRoute: () => inside, path: paths.patients, component: lazyRouteComponent(() => import('./pages/patients-page'), 'PatientsPage') });
const patient = createRoute({ getParentRoute: () => inside, path: paths.patient, component: lazyRouteComponent(() => import('./pages/patient-page'), 'PatientPage') });
const session = createRoute({ getParentRoute: () => inside, path: paths.session, component: lazyRouteComponent(() => import('./pages/session-page'), 'SessionPage') });
const settings = createRoute({ getParentRoute: () => inside, path: paths.settings, component: lazyRouteComponent(() => import('./pages/settings-page'), 'SettingsPage') });

const routeTree = root.addChildren([
  outside.addChildren([login, register, forgot]),
  reset,
  inside.addChildren([today, patients, patient, session, settings]),
]);

export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    basepath: '/app',
    context: { queryClient },
    history,
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultErrorComponent: ErrorPage,
    defaultPendingComponent: PendingPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register { router: ReturnType<typeof makeRouter> }
}

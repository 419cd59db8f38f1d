import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type Dashboard = components['schemas']['Dashboard'];
export type QueueItem = components['schemas']['DashboardQueueItem'];
export type DashboardSession = components['schemas']['DashboardSession'];

const WHILE_WORKING_MS = 4_000;
const QUIET_MS = 30_000;

export const fetchDashboard = (signal?: AbortSignal) => body(api.GET('/dashboard', { signal }));

/** Asked again by itself, sooner while a session is in work; never while the tab is hidden. */
export const dashboardQuery = queryOptions({
  queryKey: ['dashboard'],
  queryFn: ({ signal }) => fetchDashboard(signal),
  staleTime: 0,
  refetchOnWindowFocus: true,
  refetchInterval: ({ state }) => (state.data && state.data.in_work.count > 0 ? WHILE_WORKING_MS : QUIET_MS),
  refetchIntervalInBackground: false,
});

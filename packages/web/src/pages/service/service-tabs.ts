import { lazy } from 'react';
import type { ServiceTab } from './service-tab.ts';

/** The views of a service, in the order in which they are offered. The first is the one that opens. */
export const serviceTabs: readonly ServiceTab[] = [
  {
    id: 'deployments',
    label: 'Deployments',
    component: lazy(async () => ({ default: (await import('./deployments/deployments-tab.tsx')).DeploymentsTab })),
  },
];

import { lazy } from 'react';
import type { ServiceTab } from './service-tab.ts';

/** The views of a service, in the order in which they are offered. The first is the one that opens. */
export const serviceTabs: readonly ServiceTab[] = [
  {
    id: 'deployments',
    label: 'Deployments',
    component: lazy(async () => ({ default: (await import('./deployments/deployments-tab.tsx')).DeploymentsTab })),
  },
  {
    id: 'logs',
    label: 'Logs',
    component: lazy(async () => ({ default: (await import('./logs/logs-tab.tsx')).LogsTab })),
  },
  {
    id: 'variables',
    label: 'Variables',
    component: lazy(async () => ({ default: (await import('./variables/variables-tab.tsx')).VariablesTab })),
  },
  {
    id: 'metrics',
    label: 'Metrics',
    component: lazy(async () => ({ default: (await import('./metrics/metrics-tab.tsx')).MetricsTab })),
  },
  {
    id: 'domains',
    label: 'Domains',
    component: lazy(async () => ({ default: (await import('./domains/domains-tab.tsx')).DomainsTab })),
    isFor: ({ service }) => service.kind === 'web',
  },
  {
    id: 'settings',
    label: 'Settings',
    component: lazy(async () => ({ default: (await import('./settings/settings-tab.tsx')).SettingsTab })),
  },
  {
    id: 'terminal',
    label: 'Terminal',
    component: lazy(async () => ({ default: (await import('./terminal/terminal-tab.tsx')).TerminalTab })),
    // A cron service has no instances; its schedule starts its command.
    isFor: ({ service, canChange }) => canChange && service.kind !== 'cron',
  },
];

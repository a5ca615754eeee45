import { lazy } from 'react';
import type { ResourceTab } from './resource-tab.ts';

/** The views of a cloud resource, in the order in which they are offered. The first is the one that opens. */
export const resourceTabs: readonly ResourceTab[] = [
  {
    id: 'manifest',
    label: 'Manifest',
    component: lazy(async () => ({ default: (await import('./manifest/manifest-tab.tsx')).ManifestTab })),
  },
  {
    id: 'updates',
    label: 'Updates',
    component: lazy(async () => ({ default: (await import('./updates/updates-tab.tsx')).UpdatesTab })),
  },
  {
    id: 'outputs',
    label: 'Outputs',
    component: lazy(async () => ({ default: (await import('./outputs/outputs-tab.tsx')).OutputsTab })),
  },
  {
    id: 'state',
    label: 'State',
    component: lazy(async () => ({ default: (await import('./state/state-tab.tsx')).StateTab })),
  },
  {
    id: 'settings',
    label: 'Settings',
    component: lazy(async () => ({ default: (await import('./settings/settings-tab.tsx')).SettingsTab })),
  },
];

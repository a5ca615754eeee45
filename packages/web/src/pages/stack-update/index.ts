import { lazy } from 'react';

export { StackUpdatesTable } from './stack-updates-table.tsx';
export { shownStatus } from './update-words.ts';

/** Loaded when it is first shown: the lists of updates do without it. */
export const StackUpdateView = lazy(async () => ({
  default: (await import('./stack-update-view.tsx')).StackUpdateView,
}));

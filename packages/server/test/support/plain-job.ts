import type { StackJob } from '../../src/adapters/iac/iac.ts';

/** What a job is given that is nothing special: no import, no restore, no plan, the first attempt. */
export const plainJob = {
  environment: {},
  files: {},
  passphrase: 'a passphrase of this stack',
  clearPending: false,
  plan: null,
  importIds: {},
  restoredState: null,
  attempt: 1,
} as const satisfies Partial<StackJob>;

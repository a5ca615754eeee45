import type { StackUpdate } from '../../data/use-stack-updates.ts';

const operations: Readonly<Record<string, string>> = {
  deploy: 'Deploy',
  preview: 'Preview',
  refresh: 'Refresh',
  destroy: 'Destroy',
  delete: 'Delete',
  import: 'Import',
  restore: 'Restore',
  drift: 'Drift check',
};

/** What an update does, as a heading. */
export function operationText(operation: string): string {
  return operations[operation] ?? operation;
}

const endings: Readonly<Record<string, string>> = {
  deploy: 'deployment',
  preview: 'preview',
  refresh: 'refresh',
  destroy: 'destruction',
  delete: 'deletion',
  import: 'import',
  restore: 'restore',
  drift: 'drift check',
};

/** What an update is, within a sentence: "This deployment failed". */
export function operationNoun(operation: string): string {
  return endings[operation] ?? 'update';
}

/** Whether what is told of resources is what would be done to them: the operation only looks, or `step` is a preview before it. */
export function isOnlyLooking(operation: string, step?: string): boolean {
  return operation === 'preview' || operation === 'drift' || step === 'preview';
}

/** The status that an update is shown with: while somebody's decision is waited for, that is what matters. */
export function shownStatus({ status, approval }: Pick<StackUpdate, 'status' | 'approval'>): string {
  return isWaiting({ status, approval }) ? 'waiting_for_approval' : status;
}

/** Whether an update waits for somebody's decision. */
export function isWaiting({ status, approval }: Pick<StackUpdate, 'status' | 'approval'>): boolean {
  return status === 'in_progress' && approval?.state === 'waiting';
}

const waits: Readonly<Record<string, string>> = {
  resolve: 'Choosing the credential…',
  prepare: 'Fetching the module and the state…',
  preview: 'Pulumi works out what would change…',
  apply: 'Pulumi is starting…',
  tidy: 'Tidying up…',
};

/** What an update does before its first resource. */
export function waitingText({ status, currentStep }: Pick<StackUpdate, 'status' | 'currentStep'>): string {
  if (status === 'queued') return 'Waits for its turn: one update of a resource after the other.';
  return waits[currentStep ?? ''] ?? 'Starting…';
}

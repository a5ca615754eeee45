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

const hints: Readonly<Record<string, string>> = {
  STACK_UPDATE_FAILED:
    'Look at what failed below. When the cause is mended, try again: what is there already stays as it is.',
  CREDENTIAL_NONE_FITS: 'Make a credential for this provider, or let one apply to this environment; then try again.',
  CREDENTIAL_AMBIGUOUS: 'Name one in the manifest (metadata.labels.credential), and deploy it.',
  CREDENTIAL_EXPIRED: 'Rotate the credential and give it another end; then try again.',
  CLOUD_RESOURCE_VALUE_MISSING: 'Deploy the resource that gives this value first; then try again.',
  RUN_TIMED_OUT: 'Give it more time with the label davit.dev/timeout-minutes of its manifest, then try again.',
  IAC_ENGINE_MISSING: 'Have Pulumi installed where davit runs; then try again.',
  IAC_ENGINE_TOO_OLD: 'Have a newer Pulumi installed where davit runs; then try again.',
  STACK_MODULE_UNUSABLE: 'Mend the module of this kind in its repository; then try again.',
};

/** What to do about a failure. */
export function failureHint(errorCode: string | null): string {
  return hints[errorCode ?? ''] ?? 'The output says more. When the cause is mended, try again.';
}

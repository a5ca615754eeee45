const names: Record<string, string> = {
  deploy: 'Deployment',
  preview: 'Preview',
  refresh: 'Refresh',
  destroy: 'Destruction',
  delete: 'Deletion',
  import: 'Import',
  restore: 'Restored state',
  drift: 'Drift check',
};

/** An operation of a stack update in a word or two. */
export function operationName(operation: string): string {
  return names[operation] ?? operation;
}

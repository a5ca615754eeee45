import type { CloudResourceStatus } from './overview.ts';
import type { ResourceOverviewRow } from './resource-overview-store.ts';

export type ResourceFacts = Pick<
  ResourceOverviewRow,
  'deleting' | 'open' | 'outcome' | 'resources' | 'pending' | 'drifted'
>;

const doing: Record<string, string> = {
  deploy: 'It is being deployed',
  preview: 'A preview is made',
  refresh: 'Its state is compared with what is there',
  destroy: 'What it made is being destroyed',
  delete: 'What it made is being destroyed',
  import: 'Existing resources are being imported',
  restore: 'A former state is being restored',
  drift: 'It is being compared with what is there',
};

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function pendingNote(pending: number | null): string | null {
  if (pending === null || pending === 0) return null;
  const what = pending === 1 ? '1 operation was' : `${pending} operations were`;
  return `${what} cut short: refresh it to see what is there.`;
}

function driftNote(drifted: number): string {
  const what = drifted === 1 ? '1 resource is not as davit left it' : `${drifted} resources are not as davit left them`;
  return `${what}: somebody else has changed or deleted something.`;
}

function judgeOutcome({ outcome, resources, pending, drifted }: ResourceFacts): [CloudResourceStatus, string | null] {
  if (outcome === null) return ['empty', null];
  if (outcome.state === 'failed') {
    const why = sentence(outcome.reason ?? 'No reason is known');
    return ['failed', outcome.operation === 'delete' ? `It was not deleted: ${why}` : why];
  }
  if (outcome.state === 'canceled')
    return ['canceled', pendingNote(pending) ?? `The last update (${outcome.operation}) was canceled.`];
  if (outcome.operation === 'destroy' || (resources ?? 0) === 0) return ['empty', null];
  if (drifted !== null && drifted > 0) return ['drifted', driftNote(drifted)];
  return ['deployed', pendingNote(pending)];
}

/** Says in what state a cloud resource is. A failed preview leaves what is deployed as it is. */
export function judgeResource(facts: ResourceFacts): [CloudResourceStatus, string | null] {
  const { deleting, open } = facts;
  if (open?.state === 'waiting')
    return ['waiting_for_approval', 'Its changes wait for somebody to approve or discard them.'];
  if (deleting) return ['deleting', open?.state === 'running' ? 'What it made is being destroyed.' : null];
  if (open?.state === 'running') return ['updating', sentence(doing[open.operation] ?? 'Its stack is being updated')];
  if (open !== null) return ['queued', `Its update (${open.operation}) waits for its turn.`];
  return judgeOutcome(facts);
}

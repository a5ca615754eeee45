import type { Tone } from './badge.tsx';

/** How a state looks: its word, its tone and the shape of its icon, so that colour is never the only sign. */
export interface StatusLook {
  label: string;
  tone: Tone;
  icon: 'check' | 'progress' | 'waiting' | 'cross' | 'warning' | 'stopped' | 'empty' | 'skipped';
}

const looks: Record<string, StatusLook> = {
  // services
  empty: { label: 'Not deployed', tone: 'neutral', icon: 'empty' },
  deploying: { label: 'Deploying', tone: 'warning', icon: 'progress' },
  running: { label: 'Running', tone: 'success', icon: 'check' },
  degraded: { label: 'Degraded', tone: 'warning', icon: 'warning' },
  crashed: { label: 'Crashed', tone: 'danger', icon: 'cross' },
  stopped: { label: 'Stopped', tone: 'neutral', icon: 'stopped' },
  failed: { label: 'Failed', tone: 'danger', icon: 'cross' },
  // deployments
  queued: { label: 'Queued', tone: 'neutral', icon: 'waiting' },
  building: { label: 'Building', tone: 'warning', icon: 'progress' },
  active: { label: 'Active', tone: 'success', icon: 'check' },
  ready: { label: 'Ready', tone: 'success', icon: 'check' },
  succeeded: { label: 'Succeeded', tone: 'success', icon: 'check' },
  replaced: { label: 'Replaced', tone: 'neutral', icon: 'stopped' },
  retired: { label: 'Retired', tone: 'neutral', icon: 'stopped' },
  removed: { label: 'Removed', tone: 'neutral', icon: 'stopped' },
  canceled: { label: 'Canceled', tone: 'neutral', icon: 'stopped' },
  canceling: { label: 'Canceling', tone: 'warning', icon: 'progress' },
  superseded: { label: 'Superseded', tone: 'neutral', icon: 'skipped' },
  skipped: { label: 'Skipped', tone: 'neutral', icon: 'skipped' },
  waiting: { label: 'Waiting', tone: 'info', icon: 'waiting' },
  pending: { label: 'Pending', tone: 'neutral', icon: 'waiting' },
  // cloud resources and updates of their stacks
  updating: { label: 'Updating', tone: 'warning', icon: 'progress' },
  waiting_for_approval: { label: 'Waiting for approval', tone: 'info', icon: 'waiting' },
  deployed: { label: 'Deployed', tone: 'success', icon: 'check' },
  drifted: { label: 'Drifted', tone: 'warning', icon: 'warning' },
  deleting: { label: 'Being deleted', tone: 'warning', icon: 'progress' },
  in_progress: { label: 'In progress', tone: 'warning', icon: 'progress' },
  success: { label: 'Succeeded', tone: 'success', icon: 'check' },
  // instances
  starting: { label: 'Starting', tone: 'warning', icon: 'progress' },
  healthy: { label: 'Healthy', tone: 'success', icon: 'check' },
  unhealthy: { label: 'Unhealthy', tone: 'danger', icon: 'warning' },
  draining: { label: 'Draining', tone: 'info', icon: 'progress' },
  stopping: { label: 'Stopping', tone: 'warning', icon: 'progress' },
  exited: { label: 'Exited', tone: 'neutral', icon: 'stopped' },
};

/** The look of a state of a service, deployment, run, step or instance. A word that is not known is shown as it is, in grey. */
export function statusLook(status: string): StatusLook {
  const known = Object.hasOwn(looks, status) ? looks[status] : undefined;
  if (known !== undefined) return known;
  const words = status.replaceAll(/[-_]/g, ' ');
  return { label: words.charAt(0).toUpperCase() + words.slice(1), tone: 'neutral', icon: 'empty' };
}

/** The states that have an entry of their own. */
export const knownStatuses: readonly string[] = Object.keys(looks);

import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import { statusLook } from '../../../ui/status.ts';
import type { ChartMark } from '../../../ui/time-chart/index.ts';

type Deployment = ServiceMetrics['deployments'][number];

const tones: Partial<Record<Deployment['status'], ChartMark['tone']>> = {
  active: 'good',
  retired: 'good',
  failed: 'bad',
};

/** Short, since it stands over a small chart. */
function timeText(at: string): string {
  return new Date(at).toLocaleString(undefined, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
}

/** Deployments as marks on a time axis. One that another has replaced since was good in its time. */
export function deploymentMarks(deployments: readonly Deployment[]): ChartMark[] {
  return deployments.map(({ id, number, at, status }) => ({
    id,
    at: Date.parse(at) / 1000,
    label: `Deployment #${number}: ${statusLook(status).label}, ${timeText(at)}`,
    tone: tones[status] ?? 'neutral',
  }));
}

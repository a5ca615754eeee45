import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import { statusLook } from '../../../ui/status.ts';
import type { ChartMark } from '../../../ui/time-chart/index.ts';
import { absoluteTimeText } from '../../../ui/time-text.ts';

type Deployment = ServiceMetrics['deployments'][number];

const tones: Partial<Record<Deployment['status'], ChartMark['tone']>> = {
  active: 'good',
  retired: 'good',
  failed: 'bad',
};

/** Deployments as marks on a time axis. One that another has replaced since was good in its time. */
export function deploymentMarks(deployments: readonly Deployment[]): ChartMark[] {
  return deployments.map(({ id, number, at, status }) => ({
    id,
    at: Date.parse(at) / 1000,
    label: `Deployment #${number}: ${statusLook(status).label}, ${absoluteTimeText(Date.parse(at))}`,
    tone: tones[status] ?? 'neutral',
  }));
}

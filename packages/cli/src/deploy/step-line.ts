import type { Schemas } from '@davit/api';
import { formatDuration } from '../terminal/duration.ts';
import type { Style } from '../terminal/style.ts';

type Step = Schemas['RunStep'];

/** Whether nothing more happens in a step. */
export function isOver({ state }: Step): boolean {
  return state !== 'pending' && state !== 'running';
}

/** How long a step has taken so far, in milliseconds. */
export function stepTime({ startedAt, finishedAt }: Step, now: number): number {
  if (startedAt === null) return 0;
  return Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** The line that stays of a step that is over. */
export function formatStep(step: Step, style: Style): string {
  const time = style.dim(formatDuration(stepTime(step, 0)));
  if (step.state === 'succeeded') return `${style.green('✓')} ${step.name} ${time}`;
  if (step.state === 'canceled') return `${style.yellow('■')} ${step.name} cancelled ${time}`;
  return `${style.red('✗')} ${step.name} ${time}`;
}

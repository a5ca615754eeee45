import { Cron } from 'croner';

/** The next time of a cron expression after `after`, in UTC; null without a schedule or when it has no further time. */
export function nextCronTime(schedule: string | null, after: Date): Date | null {
  if (schedule === null) return null;
  return new Cron(schedule, { paused: true, timezone: 'UTC' }).nextRun(after);
}

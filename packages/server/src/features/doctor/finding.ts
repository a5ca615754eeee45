import { z } from 'zod';
import { AppError } from '../../kernel/app-error.ts';

export const findingStates = ['ok', 'warn', 'fail'] as const;

/** One thing that was looked at. */
export const findingSchema = z
  .strictObject({
    check: z.string().meta({ description: 'A stable name, such as `database.reachable`.' }),
    title: z.string(),
    state: z.enum(findingStates),
    detail: z.string().meta({ description: 'What was seen.' }),
    mend: z.string().nullable().meta({ description: 'What to do about it; null where nothing is wrong.' }),
  })
  .meta({ id: 'DoctorFinding' });
export type Finding = z.output<typeof findingSchema>;

/** What a check says: one finding or several. */
export type Check = (signal: AbortSignal) => Promise<Finding[]>;

export type Subject = Pick<Finding, 'check' | 'title'>;

export const ok = (subject: Subject, detail: string): Finding => ({ ...subject, state: 'ok', detail, mend: null });
export const warn = (subject: Subject, detail: string, mend: string): Finding => ({
  ...subject,
  state: 'warn',
  detail,
  mend,
});
export const fail = (subject: Subject, detail: string, mend: string): Finding => ({
  ...subject,
  state: 'fail',
  detail,
  mend,
});

const clockFailMs = 30_000;

/** Two clocks that are so far apart. */
export function judgeClock(
  subject: Subject,
  offMs: number,
  { warnMs, mend }: { warnMs: number; mend: string },
): Finding {
  const detail = `${(offMs / 1000).toFixed(1)} s apart.`;
  if (offMs > clockFailMs) return fail(subject, detail, mend);
  return offMs > warnMs ? warn(subject, detail, mend) : ok(subject, detail);
}

/** What was thrown, in words that are safe to show: hosts and paths, no secret. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AppError) return thrown.message;
  const { code, message, name } = thrown as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time';
  return code ?? message ?? 'unknown';
}

/** The worst of them, for an exit code. */
export function worstOf(findings: readonly Finding[]): Finding['state'] {
  if (findings.some(({ state }) => state === 'fail')) return 'fail';
  return findings.some(({ state }) => state === 'warn') ? 'warn' : 'ok';
}

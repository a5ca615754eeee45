import { type ApiClient, type Schemas, unwrap } from '@davit/api';
import { runFailure } from '../deploy/run-failure.ts';
import { formatDuration } from '../terminal/duration.ts';

/** Its advice is to look at the output, which has just been shown. */
const failedByItself = 'CRON_COMMAND_FAILED';

/**
 * How a scheduled command that has ended went, which its output does not say.
 * @throws CliError with the cause when it failed, was cancelled, or did not run at all
 */
export async function cronRunSaid(api: ApiClient, { name }: Schemas['Service'], runId: string): Promise<string> {
  const run = await unwrap(api.GET('/v1/runs/{id}', { params: { path: { id: runId } } }));
  const { state, errorCode, startedAt, finishedAt } = run;
  if (state === 'canceled' || state === 'failed' || state === 'superseded') {
    throw runFailure(run, errorCode === failedByItself ? { hint: null } : {});
  }
  const ran = startedAt === null || finishedAt === null ? undefined : Date.parse(finishedAt) - Date.parse(startedAt);
  return `The scheduled command of ${name} ended well${ran === undefined ? '' : ` (in ${formatDuration(ran)})`}`;
}

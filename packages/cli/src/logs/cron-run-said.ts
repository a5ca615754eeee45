import { type ApiClient, type Schemas, unwrap } from '@davit/api';
import { cancelled, failed } from '../command-line/cli-error.ts';
import { adviceOf } from '../deploy/advice.ts';
import { formatDuration } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

/** Its advice is to look at the output, which has just been shown. */
const failedByItself = 'CRON_COMMAND_FAILED';

/**
 * How a scheduled command that has ended went, which its output does not say.
 * @throws CliError with the cause when it failed, was cancelled, or did not run at all
 */
export async function cronRunSaid(api: ApiClient, { name }: Schemas['Service'], runId: string): Promise<string> {
  const run = await unwrap(api.GET('/v1/runs/{id}', { params: { path: { id: runId } } }));
  const { state, reason, errorCode: code, startedAt, finishedAt } = run;
  const details = { code, run };
  const because = (otherwise: string) => sanitizeLine(reason ?? otherwise);
  if (state === 'canceled') throw cancelled(because('The scheduled command was cancelled.'), { details });
  if (state === 'failed' || state === 'superseded') {
    const hint = code === failedByItself ? undefined : adviceOf(run.hint);
    throw failed(because('The scheduled command failed.'), { hint, details });
  }
  const ran = startedAt === null || finishedAt === null ? undefined : Date.parse(finishedAt) - Date.parse(startedAt);
  return `The scheduled command of ${name} ended well${ran === undefined ? '' : ` (in ${formatDuration(ran)})`}`;
}

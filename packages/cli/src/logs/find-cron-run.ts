import { type ApiClient, unwrap } from '@davit/api';
import { notFound } from '../command-line/cli-error.ts';

/**
 * The newest run of a cron service's command.
 * @throws CliError when it never ran
 */
export async function findCronRun(api: ApiClient, serviceId: string): Promise<string> {
  const query = { subject: `${serviceId}:cron`, limit: 1 };
  const { items } = await unwrap(api.GET('/v1/runs', { params: { query } }));
  const [newest] = items;
  if (newest === undefined)
    throw notFound('No scheduled command of this service has run.', {
      hint: 'It is for services of the kind cron; `davit status` shows whether it is deployed.',
    });
  return newest.id;
}

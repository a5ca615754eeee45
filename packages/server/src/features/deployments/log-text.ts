import { type InstanceLogLine, LOG_START, type LogStore } from '../../adapters/log-store/log-store.ts';
import { plainText } from '../../kernel/plain-text.ts';

type Filter = Pick<Parameters<LogStore['read']>[1], 'instance' | 'label' | 'stream' | 'search' | 'since' | 'until'>;

const PAGE_LINES = 5_000;
const PAGE_TIMEOUT_MS = 30_000;

const toText = ({ at, instance, content }: InstanceLogLine): string => `${at} ${instance} ${plainText(content)}\n`;

/** All logs of a service that are kept, oldest first, as text; one page at a time, and no line that comes meanwhile. */
export async function* logText(
  logs: LogStore,
  serviceId: string,
  filter: Filter,
): AsyncGenerator<string, void, undefined> {
  const until = filter.until ?? new Date().toISOString();
  for (let after: string | undefined = LOG_START; after !== undefined; ) {
    const query = { ...filter, until, limit: PAGE_LINES, after };
    const page: Awaited<ReturnType<LogStore['read']>> = await logs.read(
      serviceId,
      query,
      AbortSignal.timeout(PAGE_TIMEOUT_MS),
    );
    const text = page.lines.map(toText).join('');
    if (text !== '') yield text;
    // An empty page that moved on was a stretch in which the search found nothing.
    after = page.nextCursor === null || page.nextCursor === after ? undefined : page.nextCursor;
  }
}

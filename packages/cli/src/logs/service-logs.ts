import { readEvents, type Schemas, unwrap } from '@davit/api';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

type LogLine = Schemas['LogLine'];

export interface ServiceLogOptions {
  filter: { search: string | undefined; instance: string | undefined; deployment: string | undefined };
  /** RFC 3339 */
  since: string | undefined;
  /** How many of the last lines; 200, or all since `since`. */
  lines: number | undefined;
  follow: boolean;
  output: Output;
}

const usualLines = 200;
const largestPage = 5000;

/** The last lines, oldest first, and where following goes on after them. */
async function readLast(
  { api }: Connection,
  id: string,
  { filter, since, lines = since === undefined ? usualLines : Number.POSITIVE_INFINITY }: ServiceLogOptions,
): Promise<{ lines: LogLine[]; nextCursor: string | null }> {
  const pages: LogLine[][] = [];
  let left = lines;
  let before: string | undefined;
  let nextCursor: string | null | undefined;
  do {
    const limit = Math.max(1, Math.min(left, largestPage));
    const page = await unwrap(
      api.GET('/v1/services/{id}/logs', { params: { path: { id }, query: { ...filter, since, before, limit } } }),
    );
    nextCursor ??= page.nextCursor;
    // Asked for none, only the place to go on from is wanted.
    if (left > 0) pages.unshift(page.lines);
    left -= page.lines.length;
    before = page.previousCursor ?? undefined;
  } while (left > 0 && before !== undefined);
  return { lines: pages.flat(), nextCursor: nextCursor ?? null };
}

function createFormatter({ style, colours }: Output): (line: LogLine) => string {
  const paints = [style.cyan, style.green, style.yellow];
  const known = new Map<string, (text: string) => string>();
  return ({ at, instance, labels, stream, content }) => {
    const paint = known.get(instance) ?? paints[known.size % paints.length] ?? style.cyan;
    known.set(instance, paint);
    const { process: name = instance, ordinal } = labels;
    const who = sanitizeLine(ordinal === undefined ? name : `${name}.${ordinal}`);
    const text = sanitizeLine(content, { colours });
    const said = stream === 'system' ? style.dim(`-- ${text}`) : text;
    return `${style.dim(at.slice(0, 19).replace('T', ' '))} ${paint(who)} ${said}`;
  };
}

/** What the instances of a service print: the last lines, then those that come. None is shown twice or left out. */
export async function showServiceLogs(
  connection: Connection,
  serviceId: string,
  options: ServiceLogOptions,
): Promise<void> {
  const { filter, follow, output } = options;
  const format = createFormatter(output);
  const show = (line: LogLine) => output.item(line, format(line));
  const { lines, nextCursor } = await readLast(connection, serviceId, options);
  lines.forEach(show);
  if (!follow) {
    if (lines.length === 0) output.note(output.noteStyle.dim('(no lines)'));
    return;
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value);
  for await (const { event, data } of readEvents({
    baseUrl: connection.locate,
    path: `/v1/services/${encodeURIComponent(serviceId)}/logs/stream?${query.toString()}`,
    token: connection.token,
    ...(nextCursor === null ? {} : { lastEventId: nextCursor }),
    // Somebody who watches logs watches them through an upgrade too.
    patienceMs: 10 * 60_000,
    onConnection: (state) =>
      output.note(
        output.noteStyle.dim(state === 'lost' ? '(the server does not answer; waiting)' : '(connected again)'),
      ),
  })) {
    if (event === 'log') (JSON.parse(data) as LogLine[]).forEach(show);
  }
}

import { readEvents, type Schemas, unwrap } from '@davit/api';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

type OutputLine = Schemas['OutputLine'];

export interface RunLogOptions {
  /** Go on until the run has ended. */
  follow: boolean;
  /** Only the last so many; all when it is left out. */
  lines: number | undefined;
  output: Output;
}

const pageSize = 5000;

async function* readPages({ api }: Connection, id: string): AsyncIterable<OutputLine[]> {
  for (let after = 0; ; ) {
    const page = await unwrap(
      api.GET('/v1/runs/{id}/output', { params: { path: { id }, query: { after, limit: pageSize } } }),
    );
    if (page.lines.length === 0) return;
    yield page.lines;
    after = page.lastSeq;
  }
}

/** What a deployment or a scheduled command printed, step after step; with `follow` until it has ended. */
export async function showRunLogs(
  connection: Connection,
  runId: string,
  { follow, lines, output }: RunLogOptions,
): Promise<void> {
  let step = '';
  const show = (line: OutputLine) => {
    // For programs: what they tell, the engine's own lines tell people.
    if (line.stream === 'event' && !output.json) return;
    if (line.step !== step && !output.json) output.item(line, output.style.bold(`→ ${sanitizeLine(line.step)}`));
    step = line.step;
    output.item(line, sanitizeLine(line.content, { colours: output.colours }));
  };
  let last = 0;
  let kept: OutputLine[] = [];
  for await (const page of readPages(connection, runId)) {
    last = page.at(-1)?.seq ?? last;
    if (lines === undefined) page.forEach(show);
    else kept = [...kept, ...page].slice(Math.max(0, kept.length + page.length - lines));
  }
  kept.forEach(show);
  if (!follow) return;
  const { locate: baseUrl, token } = connection;
  const path = `/v1/runs/${encodeURIComponent(runId)}/stream`;
  for await (const { event, data } of readEvents({ baseUrl, path, token, lastEventId: String(last) })) {
    if (event === 'end') return;
    if (event === 'output') (JSON.parse(data) as OutputLine[]).forEach(show);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Schemas, unwrap } from '@davit/api';
import { runFailure } from '../deploy/run-failure.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

const pollMs = 400;
const ended = new Set(['succeeded', 'failed', 'canceled', 'superseded']);

/** Shows the output of a run of the platform until it has ended. @throws CliError when it did not succeed */
export async function followPlatformRun({ api }: Connection, id: string, output: Output): Promise<Schemas['Run']> {
  const path = { id };
  for (let after = 0; ; ) {
    const run = await unwrap(api.GET('/v1/platform/runs/{id}', { params: { path } }));
    const page = await unwrap(api.GET('/v1/platform/runs/{id}/output', { params: { path, query: { after } } }));
    for (const { content } of page.lines) output.note(output.noteStyle.dim(sanitizeLine(content)));
    after = page.lastSeq;
    if (!ended.has(run.state) || page.nextCursor !== null) {
      await sleep(page.nextCursor === null ? pollMs : 0);
      continue;
    }
    if (run.state === 'succeeded') return run;
    throw runFailure(run);
  }
}

import { readEvents, type Schemas } from '@davit/api';
import { failed } from '../command-line/cli-error.ts';
import type { OutputLine } from '../deploy/run-display.ts';
import { runFailure } from '../deploy/run-failure.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

/**
 * Shows the output of a run of the platform until it has ended, by one stream: to ask again and again would use up the requests
 * that a user has. @throws CliError when it did not succeed
 */
export async function followPlatformRun(
  { locate, token }: Connection,
  id: string,
  output: Output,
): Promise<Schemas['Run']> {
  const path = `/v1/platform/runs/${encodeURIComponent(id)}/stream`;
  for await (const { event, data } of readEvents({ baseUrl: locate, path, token })) {
    if (event === 'output') {
      for (const { content } of JSON.parse(data) as OutputLine[])
        output.note(output.noteStyle.dim(sanitizeLine(content)));
    } else if (event === 'end') {
      const run = JSON.parse(data) as Schemas['Run'];
      if (run.state === 'succeeded') return run;
      throw runFailure(run);
    }
  }
  throw failed('The run could not be followed to its end.');
}

import type { ServerProcess } from '../../packages/server/test/support/server-process.ts';

/** What a client saw of the lines of a program. */
export interface SeenLines {
  lines: number;
  /** From the first line of the program to its last. */
  writingMs: number;
}

/** Follows a run from its start to its end, as the browser does, and counts the program's lines. */
export async function followLines({ url, api }: Pick<ServerProcess, 'url' | 'api'>, runId: string): Promise<SeenLines> {
  const answer = await fetch(`${url}/v1/runs/${runId}/stream`, {
    headers: { authorization: `Bearer ${api.token}`, accept: 'text/event-stream' },
  });
  let lines = 0;
  let [first, last] = [0, 0];
  let rest = '';
  for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const text = rest + chunk;
    // Whole events only: what a chunk cut in two is counted with the next.
    const end = text.lastIndexOf('\n\n') + 1;
    rest = text.slice(end);
    const found = text.slice(0, end).match(/line \d+ of \d+,/g)?.length ?? 0;
    if (found === 0) continue;
    last = performance.now();
    if (lines === 0) first = last;
    lines += found;
  }
  return { lines, writingMs: last - first };
}

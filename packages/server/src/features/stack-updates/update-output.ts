import type { OutputLine } from '../../platform/runs/run.ts';
import type { UpdateStatus } from './stack-update.ts';

/** Of each stream, the end is kept: that is where it says what went wrong. */
const keptLength = 256 * 1024;

export interface OutputFacts {
  readonly status: UpdateStatus;
  readonly at: Date;
  readonly stackFqdn: string;
  readonly exitCode: number | null;
  readonly error: string | null;
}

/** The `output` of a stack update: a JSON text that older clients read. */
export async function updateOutput(
  facts: OutputFacts,
  pages: AsyncIterable<readonly Pick<OutputLine, 'stream' | 'content'>[]>,
): Promise<string> {
  const text = { stdout: '', stderr: '' };
  for await (const lines of pages) {
    for (const { stream, content } of lines) {
      if (stream === 'stdout' || stream === 'stderr') text[stream] += `${content}\n`;
    }
    text.stdout = text.stdout.slice(-keptLength);
    text.stderr = text.stderr.slice(-keptLength);
  }
  return JSON.stringify({
    status: facts.status,
    timestamp: facts.at.toISOString(),
    stack_fqdn: facts.stackFqdn,
    stdout: text.stdout,
    stderr: text.stderr,
    exit_code: facts.exitCode,
    ...(facts.error === null ? {} : { error: facts.error }),
  });
}

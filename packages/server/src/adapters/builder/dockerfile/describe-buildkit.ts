import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builderErrors } from '../builder-errors.ts';
import { findProgram } from './image-client.ts';

const run = promisify(execFile);

/**
 * One sentence on a buildkitd that answers.
 *
 * @throws AppError BUILD_TOOL_MISSING, BUILD_ENGINE_UNREACHABLE with what its client says
 */
export async function describeBuildkit(
  address: string,
  path: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const buildctl = findProgram('buildctl', path);
  const argv = [
    '--addr',
    address,
    'debug',
    'workers',
    '--format',
    '{{range .}}{{range .Platforms}}{{.OS}}/{{.Architecture}} {{end}}{{end}}',
  ];
  try {
    const { stdout } = await run(buildctl, argv, { env: {}, signal });
    const platforms = [...new Set(stdout.split(' ').filter((each) => /^[a-z]+\/[a-z0-9]+$/.test(each)))];
    if (platforms.length === 0) throw new Error('it has no worker');
    return `It answers at ${address}, and builds for ${platforms.join(', ')}.`;
  } catch (error) {
    signal.throwIfAborted();
    const { stderr, message } = error as Error & { stderr?: string };
    const said =
      (stderr ?? '')
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^error: /, '') || message;
    throw builderErrors.BUILD_ENGINE_UNREACHABLE({
      message: `${address} does not answer: ${said.slice(0, 300)}`,
      cause: error,
    });
  }
}

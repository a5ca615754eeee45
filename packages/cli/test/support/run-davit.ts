import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How a command ended, and what it printed. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real command to its end, with this input and nothing of the test's own environment but PATH. */
export async function runDavit(
  argv: readonly string[],
  { cwd, env, input = '' }: { cwd: string; env: Readonly<Record<string, string>>; input?: string },
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...argv], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number | null, stdout, stderr };
}

/** The same as the owner of a platform, at home in its folder. */
export async function runDavitOn(
  { url, dataDir, api }: { url: string; dataDir: string; api: { token?: string | undefined } },
  argv: readonly string[],
): Promise<Ended> {
  const env = { HOME: dataDir, NO_COLOR: '1', DAVIT_URL: url, DAVIT_TOKEN: api.token ?? '' };
  return await runDavit(argv, { cwd: dataDir, env });
}

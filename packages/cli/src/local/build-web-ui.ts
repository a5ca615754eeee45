import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** As the server's, it is started, never imported. */
const buildProgram = fileURLToPath(new URL('../../../web/bin/build.ts', import.meta.url));

/**
 * Sees to it that the server finds a web UI made from this checkout; takes a moment where there is one. Never fails: davit also
 * runs without, and its page says what to do. `onProgress` is told what it does, or why there is none.
 */
export async function buildWebUi(onProgress: (text: string) => void): Promise<void> {
  const child = spawn(process.execPath, [buildProgram], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close').then(
    () => undefined,
    (error: unknown) => onProgress(`the web UI could not be built: ${String(error)}`),
  );
  for await (const line of createInterface({ input: child.stderr })) onProgress(line.replace(/^davit: /, ''));
  await ended;
}

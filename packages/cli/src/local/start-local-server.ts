import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { failed } from '../command-line/cli-error.ts';
import type { Environment } from '../environment.ts';
import { withFileLock } from '../session/file-lock.ts';
import { buildWebUi } from './build-web-ui.ts';
import { findLocalServer, findServerProcess, type LocalServer } from './local-server.ts';
import { messageOf, readLogTail } from './log-tail.ts';

/** The server's own program. It is started, never imported: the two share nothing but the data folder. */
export const serverProgram = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

const startTimeoutMs = 120_000;
const pollMs = 50;

/** The folder as the server itself would make it: root's can be passed through, whatever the umask, by those that it runs as. */
async function makeDataFolder(dataDir: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  const first = await mkdir(dataDir, { recursive: true, mode });
  if (first === undefined) return;
  for (let folder = dataDir; folder.length >= first.length; folder = dirname(folder)) await chmod(folder, mode);
}

const largestLogBytes = 16 * 1024 * 1024;

/** A log that has become long is put aside before a start; the one before that goes. @returns where the new lines begin */
async function openedLogEnd(logFile: string): Promise<number> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  if (size < largestLogBytes) return size;
  await rename(logFile, `${logFile}.1`);
  return 0;
}

async function spawnServer(environment: Environment, logFile: string): Promise<ChildProcess> {
  await using log = await open(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [serverProgram], {
    cwd: '/',
    env: { ...environment.variables, DATA_DIR: environment.dataDir },
    // A session of its own: no Ctrl-C and no end of this terminal reaches it.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  child.unref();
  return child;
}

async function diedBeforeReady(child: ChildProcess, logFile: string, offset: number): Promise<Error> {
  const lines = (await readLogTail(logFile, offset)).slice(-12).map((line) => `  ${messageOf(line)}`);
  const how = child.signalCode ?? `exit code ${child.exitCode}`;
  return failed(`The server ended while it was starting (${how}).`, {
    lines,
    hint: `The whole log is in ${logFile}.`,
    details: { log: logFile },
  });
}

interface Wait {
  environment: Environment;
  child: ChildProcess | undefined;
  logFile: string;
  offset: number;
  /** Told what the server is at, whenever that changes. */
  onProgress: (text: string) => void;
}

async function waitForServer({ environment, child, logFile, offset, onProgress }: Wait): Promise<LocalServer> {
  const deadline = Date.now() + startTimeoutMs;
  let said = '';
  while (Date.now() < deadline) {
    const server = await findLocalServer(environment.dataDir);
    if (server !== undefined && (await isReady(server.url))) return server;
    if (child !== undefined && (child.exitCode !== null || child.signalCode !== null)) {
      throw await diedBeforeReady(child, logFile, offset);
    }
    const line = (await readLogTail(logFile, offset)).at(-1);
    const text = line === undefined ? '' : messageOf(line);
    if (text !== said) onProgress(text);
    said = text;
    await sleep(pollMs);
  }
  throw failed(`The server was not ready after ${startTimeoutMs / 1000} s.`, {
    lines: (await readLogTail(logFile, offset)).slice(-12).map((line) => `  ${messageOf(line)}`),
    hint: `It goes on trying. The whole log is in ${logFile}; \`davit status\` shows what is missing.`,
  });
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return response?.ok === true;
}

/**
 * The server of this machine, started when there is none. Of two commands at once one starts it.
 * @throws CliError with the last lines of its log when it ends at once
 */
export async function ensureLocalServer(
  environment: Environment,
  { onStart, onProgress }: { onStart: (isFirst: boolean) => void; onProgress: (text: string) => void },
): Promise<LocalServer> {
  const { dataDir } = environment;
  const running = await findLocalServer(dataDir);
  if (running !== undefined) return running;
  const isFirst = (await stat(join(dataDir, 'postgres')).catch(() => undefined)) === undefined;
  await makeDataFolder(dataDir);
  return await withFileLock(
    join(dataDir, 'up.lock'),
    async () => {
      const other = await findLocalServer(dataDir);
      if (other !== undefined) return other;
      onStart(isFirst);
      const logFile = join(dataDir, 'server.log');
      // One that is there and does not answer yet is on its way up.
      const isComing = (await findServerProcess(dataDir)) !== undefined;
      const offset = isComing ? 0 : await openedLogEnd(logFile);
      const child = isComing ? undefined : await spawnServer(environment, logFile);
      // The two need each other only when somebody opens the page: the slower one decides how long a start takes.
      const webUi = buildWebUi(onProgress);
      const server = await waitForServer({ environment, child, logFile, offset, onProgress });
      await webUi;
      return server;
    },
    { timeoutMs: startTimeoutMs, onWait: () => onProgress('another davit starts the server') },
  );
}

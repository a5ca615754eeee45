import { existsSync } from 'node:fs';
import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Check, type Finding, fail, ok, reasonOf, warn } from './finding.ts';

const gib = 1024 ** 3;

/** The folder itself, or the nearest above it that is there. */
function nearest(folder: string): string {
  return existsSync(folder) || folder === '/' ? folder : nearest(dirname(folder));
}

async function roomIn(folder: string, title: string): Promise<Finding> {
  const subject = { check: `disk.${title}`, title: `Disk of ${title}` };
  const { bavail, blocks, bsize } = await statfs(nearest(folder));
  const free = bavail * bsize;
  const share = Math.round((100 * free) / (blocks * bsize || 1));
  const detail = `${(free / gib).toFixed(1)} GiB free (${share} %) for ${folder}.`;
  const mend = 'Free room, or move it to a larger disk: builds, uploads and the database need it.';
  if (free < gib / 2 || share < 2) return fail(subject, detail, mend);
  return free < 3 * gib || share < 10 ? warn(subject, detail, mend) : ok(subject, detail);
}

/** Room for what davit writes. `find`: setting to path; what is not known has none. */
export function createDiskCheck(find: (signal: AbortSignal) => Promise<Record<string, string | undefined>>): Check {
  return async (signal) => {
    const folders = Object.entries(await find(signal)).flatMap(([title, folder]) =>
      folder === undefined ? [] : [{ title, folder }],
    );
    return await Promise.all(folders.map(({ title, folder }) => roomIn(folder, title)));
  };
}

/** A tool of the host: its version, or why it cannot be used. */
export interface Tool {
  check: string;
  title: string;
  readonly version: (signal: AbortSignal) => Promise<string>;
  /** Whether something that should go on does not without it; only what it is for, by default. */
  readonly isNeeded?: () => Promise<boolean>;
  /** What is not possible without it, and where it comes from. */
  mend: string;
}

/** Programs that davit calls. */
export function createToolCheck(tools: readonly Tool[]): Check {
  return (signal) =>
    Promise.all(
      tools.map(async ({ mend, version, isNeeded = async () => false, ...subject }) => {
        try {
          return ok(subject, await version(signal));
        } catch (error) {
          return ((await isNeeded()) ? fail : warn)(subject, reasonOf(error), mend);
        }
      }),
    );
}

async function argvOf(pid: string): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
}

/** Agents that work in this data folder, by their arguments; none where there is no /proc. */
async function listAgents(stateDir: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = await argvOf(pid);
      const isAgent = argv.some((word) => word.endsWith('/agent/src/main.ts'));
      return isAgent && argv.some((word) => word.startsWith(stateDir)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

async function lookAtPieces(folder: string): Promise<Finding> {
  const subject = { check: 'leftover.files', title: 'Files that were left behind' };
  const dayMs = 24 * 3600 * 1000;
  const names = await readdir(folder).catch(() => []);
  const stats = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  const old = stats.filter((found) => found !== undefined && Date.now() - found.mtimeMs > dayMs).length;
  if (old === 0) return ok(subject, 'None.');
  return warn(subject, `${old} unfinished backups in ${folder}.`, 'The next backup removes them.');
}

/** What a crash may leave. */
export function createLeftoverCheck(options: {
  dataDir: string;
  agentDir: string;
  findAgentPid(signal: AbortSignal): Promise<number | undefined>;
}): Check {
  const subject = { check: 'leftover.processes', title: 'Processes that were left behind' };
  return async (signal) => {
    const agent = await options.findAgentPid(signal).catch(() => undefined);
    const others = (await listAgents(options.agentDir)).filter((pid) => pid !== agent);
    const processes =
      others.length === 0
        ? ok(subject, 'None.')
        : warn(
            subject,
            `Agents besides the one that answers: ${others.join(', ')}.`,
            `Look at what they run (\`pstree ${others[0]}\`), then end them by their ids.`,
          );
    return [processes, await lookAtPieces(join(options.dataDir, 'backup-work'))];
  };
}

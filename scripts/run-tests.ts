/**
 * Runs the tests of every project, one project after the other, and closes with one line, `N passed, N failed`. It also
 * fails when a project ran no test, when a process that a test started is left, and, with CI=true, when a test was skipped.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listProcesses, processesLeft } from './tests/processes-left.ts';
import { summarize, type TestReport } from './tests/test-summary.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What a project may take on two cores before it counts as hung. */
const DEADLINE_MINUTES = { unit: 5, integration: 15, e2e: 35 } as const;

type Project = keyof typeof DEADLINE_MINUTES;

/** `undefined` when Vitest wrote none: it did not start, or was ended. */
async function runProject(project: Project, folder: string): Promise<TestReport | undefined> {
  const report = join(folder, `${project}.json`);
  const argv = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    '--maxWorkers=2',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  console.log(`\n== ${project} ==`);
  await runToEnd(argv, { ...process.env, TMPDIR: folder }, DEADLINE_MINUTES[project]);
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}

async function runToEnd(argv: readonly string[], env: NodeJS.ProcessEnv, minutes: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // A group of its own: at the deadline the workers go with it.
  const child = spawn(process.execPath, argv, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const end = (signal: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, signal);
  const interrupt = () => end('SIGTERM');
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const deadline = setTimeout(() => {
    console.error(`Not done after ${minutes} minutes: ended.`);
    end('SIGKILL');
  }, minutes * 60_000);
  child.once('error', (error) => console.error(error.message));
  child.once('close', () => resolve());
  await promise;
  clearTimeout(deadline);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
}

async function main(wanted: readonly string[]): Promise<void> {
  const projects = (Object.keys(DEADLINE_MINUTES) as Project[]).filter(
    (name) => wanted.length === 0 || wanted.includes(name),
  );
  if (projects.length < wanted.length) throw new Error(`Projects are ${Object.keys(DEADLINE_MINUTES).join(', ')}`);
  // Short, since paths of sockets in it must be; open, since tests drop to other users; one, so that leftovers are known.
  const folder = mkdtempSync(join(tmpdir(), 'dvt-'));
  chmodSync(folder, 0o755);
  const before = listProcesses();
  const reports = new Map<string, TestReport | undefined>();
  for (const project of projects) reports.set(project, await runProject(project, folder));
  const isCi = process.env.CI === 'true';
  // Where people work, they run davit from the checkout too; the folder is this run's own.
  const left = await processesLeft({ before, paths: isCi ? [folder, root] : [folder] });
  const { faults, line } = summarize(reports, { left, isCi });
  rmSync(folder, { recursive: true, force: true });
  console.log('');
  for (const fault of faults) console.log(fault);
  console.log(line);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

await main(process.argv.slice(2));

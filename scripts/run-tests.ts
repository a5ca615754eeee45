/**
 * Runs the tests of every project, one project after the other, and closes with one line, `N passed, N failed`. It also
 * fails when a project ran no test, when a process that a test started is left, and, with CI=true, when a test was skipped.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listProcesses, processesLeft } from './tests/processes-left.ts';
import { runToEnd } from './tests/run-to-end.ts';
import { summarize, type TestReport } from './tests/test-summary.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What a project may take on two cores before it counts as hung. */
const DEADLINE_MINUTES = { unit: 5, integration: 25, browser: 30, e2e: 55 } as const;

/**
 * Files at a time: as many as cores, and one more of those end to end, since many of them wait most of their time: for a fault to last,
 * a lease to end, an interval of the charts. Four that take 522 s beside one other file have 206 s of processor time.
 */
const WORKERS = { unit: 2, integration: 2, browser: 2, e2e: 3 } as const;

const EXIT_MS = 60_000;

type Project = keyof typeof DEADLINE_MINUTES;

interface Ended {
  /** `undefined` when Vitest wrote none: it did not start, or was ended. */
  readonly report: TestReport | undefined;
  readonly faults: readonly string[];
}

async function runProject(project: Project, folder: string): Promise<Ended> {
  const report = join(folder, `${project}.json`);
  const argv = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--project=${project}`,
    `--maxWorkers=${WORKERS[project]}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  console.log(`\n== ${project} ==`);
  const env = { ...process.env, TMPDIR: folder };
  const deadlineMs = DEADLINE_MINUTES[project] * 60_000;
  const fault = await runToEnd({ argv, cwd: root, env, report, deadlineMs, exitMs: EXIT_MS });
  return { report: readReport(report), faults: fault === undefined ? [] : [`${project} ${fault}`] };
}

function readReport(path: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself.
  }
}

/** @returns what is wrong: something in it is still mounted, for instance. */
function removeFolder(folder: string): readonly string[] {
  try {
    rmSync(folder, { recursive: true, force: true });
    return [];
  } catch (error) {
    return [`left behind: ${(error as Error).message}`];
  }
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
  const hung: string[] = [];
  for (const project of projects) {
    const { report, faults } = await runProject(project, folder);
    reports.set(project, report);
    hung.push(...faults);
  }
  const isCi = process.env.CI === 'true';
  // Where people work, they run davit from the checkout too; the folder is this run's own.
  const left = await processesLeft({ before, paths: isCi ? [folder, root] : [folder] });
  for (const { pid } of left) endProcess(pid);
  const behind = left.map(({ pid, command }) => `left behind: process ${pid}: ${command}`);
  const { faults, line } = summarize(reports, { left: [...hung, ...behind, ...removeFolder(folder)], isCi });
  console.log('');
  for (const fault of faults) console.log(fault);
  console.log(line);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

await main(process.argv.slice(2));

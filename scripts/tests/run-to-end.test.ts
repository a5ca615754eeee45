import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listProcesses } from './processes-left.ts';
import { runToEnd } from './run-to-end.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (program: string, limits: { deadlineMs: number; exitMs: number }) => {
  const report = join(folder, 'report.json');
  return runToEnd({ argv: ['-e', program, report], cwd: folder, env: process.env, report, ...limits });
};
const patient = { deadlineMs: 60_000, exitMs: 60_000 };
const writeReport = "require('node:fs').writeFileSync(process.argv[1], '{}');";

test('a command that exits was not ended', async () => {
  expect(await run(`${writeReport} process.exitCode = 1;`, patient)).toBeUndefined();
});

test('a command that hangs is ended with its children', async () => {
  const child = `require('node:child_process').spawn('sleep', ['600'], { cwd: ${JSON.stringify(folder)} });`;
  expect(await run(`${child} setInterval(() => {}, 1000);`, { ...patient, deadlineMs: 600 })).toMatch(/not done after/);
  await expect.poll(() => listProcesses().filter(({ traces }) => traces.includes(folder))).toEqual([]);
});

test('a command that stays when its report is written is ended', async () => {
  expect(await run(`${writeReport} setInterval(() => {}, 1000);`, { ...patient, exitMs: 0 })).toMatch(/did not exit/);
});

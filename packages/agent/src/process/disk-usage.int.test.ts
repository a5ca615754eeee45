import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { highestOf, readDiskUsage } from './disk-usage.ts';

it('what a process and its ended children wrote to a disk is counted', async () => {
  // Not the folder for temporary files: that may be in memory.
  const folder = mkdtempSync('/var/tmp/davit-disk-');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = 'dd if=/dev/zero of=file bs=65536 count=64 conv=fsync 2>/dev/null; echo done; read line';
  const child = spawn('/bin/sh', ['-c', script], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  expect(readDiskUsage([pid])?.writtenBytes).toBeGreaterThanOrEqual(64 * 65_536);
  expect(readDiskUsage([pid, pid])?.writtenBytes).toBeGreaterThanOrEqual(2 * 64 * 65_536);
  child.stdin.end();
});

it('a process that is not there has no figures', () => {
  expect(readDiskUsage([2 ** 30])).toBeNull();
  expect(readDiskUsage([])).toBeNull();
});

it('sums do not go down when a process is gone with its counters', () => {
  const before = { readBytes: 10, writtenBytes: 5 };
  expect(highestOf(before, { readBytes: 3, writtenBytes: 7 })).toEqual({ readBytes: 10, writtenBytes: 7 });
  expect(highestOf(before, null)).toEqual(before);
  expect(highestOf(null, before)).toEqual(before);
});

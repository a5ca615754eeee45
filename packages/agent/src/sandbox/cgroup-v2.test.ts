import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCgroupV2Driver } from './cgroup-v2.ts';

/** What the kernel shows of a group, as files; the real thing needs a host with cgroup v2, which not every one is. */
function makeGroup(name: string, files: Record<string, string>) {
  const parent = mkdtempSync(join(tmpdir(), 'davit-cgroup-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  mkdirSync(join(parent, name));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(parent, name, file), content);
  return { parent, read: (file: string) => readFileSync(join(parent, name, file), 'utf8') };
}

describe('a group of cgroup v2', () => {
  it('is given its limits in the units of the kernel, and room for the processes of the sandbox', () => {
    const { parent, read } = makeGroup('one', { 'memory.swap.max': 'max\n' });
    createCgroupV2Driver(parent).create('one', { memoryBytes: 67_108_864, cpus: 0.5, processes: 10 });
    expect(read('memory.max')).toBe('67108864');
    expect(read('memory.swap.max')).toBe('0');
    expect(read('cpu.max')).toBe('50000 100000');
    expect(read('pids.max')).toBe('14');
  });

  it('tells what was used, without the cache that can be given back, and who ran out of memory', () => {
    const { parent } = makeGroup('one', {
      'memory.current': '5000000\n',
      'memory.stat': 'anon 3000000\nfile 2000000\ninactive_file 1500000\nactive_file 500000\n',
      'memory.events': 'low 0\nhigh 0\nmax 12\noom 2\noom_kill 2\noom_group_kill 0\n',
      'cpu.stat': 'usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n',
      'cgroup.procs': '12\n13\n',
    });
    const group = createCgroupV2Driver(parent).find('one');
    expect(group?.usage()).toEqual({ cpuMs: 1235, memoryBytes: 3_500_000 });
    expect(group?.outOfMemoryKills()).toBe(2);
    expect(group?.pids()).toEqual([12, 13]);
  });

  it('tells what its processes read and wrote, over all disks, where the kernel counts that', () => {
    const { parent } = makeGroup('one', {
      'memory.current': '1\n',
      'memory.stat': 'inactive_file 0\n',
      'cpu.stat': 'usage_usec 0\n',
      'io.stat': '8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=7 dios=1\n253:1 rbytes=1 wbytes=2 rios=1 wios=1\n',
    });
    expect(createCgroupV2Driver(parent).find('one')?.usage().disk).toEqual({ readBytes: 4097, writtenBytes: 8194 });
  });

  it('that is not there is not found', () => {
    const { parent } = makeGroup('one', {});
    const driver = createCgroupV2Driver(parent);
    expect(driver.find('two')).toBeUndefined();
    expect(driver.list()).toEqual(['one']);
  });
});

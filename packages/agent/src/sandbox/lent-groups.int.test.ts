import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { until } from '../../test/support/observe.ts';
import { shellCommand } from '../../test/support/specs.ts';
import { startTestAgent } from '../../test/support/test-agent.ts';
import { readMounts } from './cgroup-mounts.ts';

const run = promisify(execFile);
const memoryBytes = 64 * 1024 * 1024;

/** The folders of a controller and of the list of processes, where this machine has them. */
function foldersOf(path: string) {
  const mounts = readMounts();
  const find = (controller: string) => mounts.find(({ controllers }) => controllers.includes(controller));
  const unified = mounts.find((mount) => mount.unified)?.mountPoint ?? '';
  return {
    all: mounts.map(({ mountPoint }) => join(mountPoint, path)),
    memory: join(find('memory')?.mountPoint ?? unified, path),
    cpu: join(find('cpu')?.mountPoint ?? unified, path),
    pids: join(find('pids')?.mountPoint ?? unified, path),
  };
}

/** As a daemon does it that is told the group: it makes one within, in every hierarchy, and starts a program there. */
async function runInside(path: string, script: string): Promise<void> {
  const folders = foldersOf(path).all.filter((folder) => existsSync(folder));
  const inner = folders.map((folder) => join(folder, 'buildkit', 'step'));
  for (const folder of inner) await mkdir(folder, { recursive: true });
  const enter = inner.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join(' && ');
  await run('/bin/sh', ['-c', `${enter} && ${script}`]);
}

describe('a command that lends a group', () => {
  it('has one with its limits for as long as it runs, which says whether it was used', async () => {
    const { client, makeFolder } = await startTestAgent();
    const folder = await makeFolder('work');
    const { lentGroups } = await client.info();
    if (lentGroups === undefined || !('path' in lentGroups)) throw new Error(`no groups: ${lentGroups?.missing}`);
    const path = `${lentGroups.path}/svc_one`;
    const start = (id: string) =>
      client.startCommand(
        id,
        shellCommand(folder, 'while ! test -e done; do sleep 0.05; done', {
          lendsGroup: 'svc_one',
          limits: { memoryBytes, cpus: 0.5 },
        }),
      );
    const finish = async (id: string) => {
      writeFileSync(join(folder, 'done'), '');
      const { exit } = await client.waitForCommand(id);
      await until('the group is gone', () => foldersOf(path).all.every((each) => !existsSync(each)));
      return exit;
    };

    await start('used');
    const { memory, cpu } = foldersOf(path);
    const limit = ['memory.max', 'memory.limit_in_bytes'].map((file) => join(memory, file)).find(existsSync) ?? '';
    expect(readFileSync(limit, 'utf8').trim()).toBe(String(memoryBytes));
    const quota = ['cpu.max', 'cpu.cfs_quota_us'].map((file) => join(cpu, file)).find(existsSync) ?? '';
    expect(readFileSync(quota, 'utf8')).toMatch(/^50000\b/);
    const eats = `exec ${process.execPath} -e 'Buffer.alloc(${memoryBytes * 3}, 1)'`;
    await expect(runInside(path, eats)).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(await finish('used')).toMatchObject({ code: 0, lentGroupUsed: true });

    await run('rm', [join(folder, 'done')]);
    await start('unused');
    expect(await finish('unused')).toMatchObject({ code: 0, lentGroupUsed: false });
  });

  it('keeps it while another agent takes the command over; of a command that is gone, what runs there is ended', async () => {
    const agent = await startTestAgent();
    const { client, makeFolder } = agent;
    const folder = await makeFolder('work');
    const { lentGroups } = await client.info();
    if (lentGroups === undefined || !('path' in lentGroups)) throw new Error(`no groups: ${lentGroups?.missing}`);
    const path = `${lentGroups.path}/svc_two`;
    await client.startCommand('kept', shellCommand(folder, 'sleep 600', { lendsGroup: 'svc_two' }));
    const step = runInside(path, 'exec sleep 600').catch((error: { signal?: string }) => error.signal);
    await until('the step runs', () => existsSync(join(foldersOf(path).pids, 'buildkit', 'step')));
    await agent.kill();
    await agent.start();
    expect((await client.getCommand('kept')).state).toBe('running');
    expect(existsSync(foldersOf(path).pids)).toBe(true);
    await client.stopCommand('kept', 0);
    expect(await step).toBe('SIGKILL');
    await until('the group is gone', () => foldersOf(path).all.every((each) => !existsSync(each)));
  });
});

import { statSync } from 'node:fs';
import { chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../test/support/observe.ts';
import { shellCommand } from '../../test/support/specs.ts';
import { startTestAgent } from '../../test/support/test-agent.ts';

const isRoot = process.getuid?.() === 0;

describe('folders of the host', () => {
  it('are refused when they are the host itself, or hold the state of davit', async () => {
    const { client, makeFolder, stateDir, folder } = await startTestAgent();
    const work = await makeFolder('work');
    const refused = [
      '/',
      '/etc',
      '/usr/lib',
      '/proc',
      '/sys/fs',
      '/dev',
      '/root',
      '/home',
      '/var',
      '/tmp',
      stateDir,
      folder,
    ];
    for (const path of [...refused, join(stateDir, 'logs'), join(work, 'missing'), `${work}/../work`]) {
      const spec = shellCommand(work, 'true');
      spec.sandbox.writable = [work, path];
      await expect(client.startCommand('bad', spec), path).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    }
  });

  it('are judged by where their links lead', async () => {
    const { client, makeFolder, folder, stateDir } = await startTestAgent();
    const work = await makeFolder('work');
    await symlink(stateDir, join(folder, 'to-state'));
    await symlink('/etc/ssh', join(folder, 'to-host'));
    await symlink('/', join(folder, 'to-root'));
    for (const name of ['to-state', 'to-host', 'to-root', 'to-state/logs']) {
      const spec = shellCommand(work, 'true');
      spec.sandbox.readable = [join(folder, name)];
      await expect(client.startCommand('bad', spec), name).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    }
  });

  it.runIf(isRoot)('are not taken from where another service could exchange them', async () => {
    const { client, makeFolder } = await startTestAgent();
    const [work, foreign] = [await makeFolder('work'), await makeFolder('foreign')];
    await mkdir(join(foreign, 'sub'));
    await chown(foreign, 210_500, 210_500);
    const spec = shellCommand(work, 'true');
    spec.sandbox.readable = [join(foreign, 'sub')];
    await expect(client.startCommand('bad', spec)).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
  });
});

describe('removing a folder', () => {
  it.runIf(isRoot)('removes files of any owner, and links themselves', async () => {
    const { client, makeFolder } = await startTestAgent();
    const [work, outside] = [await makeFolder('work'), await makeFolder('outside')];
    await writeFile(join(outside, 'kept'), '');
    await runCommand(
      client,
      'fill',
      shellCommand(work, `mkdir -p a/b; touch a/b/c; chmod 555 a/b a; ln -s ${outside} link`),
    );
    await client.removeFolder(work);
    await client.removeFolder(work);
    expect(statSync(work, { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(join(outside, 'kept')).isFile()).toBe(true);
  });

  it('is refused outside of the roots, for a root itself, and through a link', async () => {
    const { client, makeFolder, folder } = await startTestAgent();
    const work = await makeFolder('work');
    await symlink('/usr', join(folder, 'link'));
    for (const path of [
      '/usr/share',
      '/',
      folder,
      `${folder}/../..`,
      `${work}/../../usr`,
      join(folder, 'link/share'),
    ]) {
      await expect(client.removeFolder(path), path).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    }
  });
});

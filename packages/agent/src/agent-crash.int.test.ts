import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findProcesses, readOutput, until } from '../test/support/observe.ts';
import { shellCommand, shellInstance } from '../test/support/specs.ts';
import { startTestAgent } from '../test/support/test-agent.ts';
import { findIdentity } from './process/process-identity.ts';

/** The first to die may take the others along before their turn comes. */
function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

const unique = (): string => `mark-${Math.random().toString(36).slice(2)}`;

/** Processes that carry the mark of the agent with this state folder. */
function marked(stateDir: string): number[] {
  const id = JSON.parse(readFileSync(join(stateDir, 'state-id'), 'utf8')) as string;
  return readdirSync('/proc')
    .filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`DAVIT_AGENT_ID=${id}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.each(['auto', 'user', 'none'] as const)('kill -9 of the agent, with isolation %s', (isolation) => {
  it('touches neither a command nor an instance; both are taken over, output and end complete', async () => {
    const agent = await startTestAgent({ isolation });
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    const script = 'i=0; while [ ! -e stop ]; do i=$((i+1)); echo $i; sleep 0.02; done; exit 7';
    const command = await client.startCommand('build', shellCommand(folder, script));
    const service = shellInstance(folder, 'while :; do echo tick; sleep 0.05; done', { allocatePort: true });
    const instance = await client.putInstance('web', service);
    const followed = readOutput(client, 'build');
    const waited = client.waitForCommand('build');
    await until('some output', async () => (await client.getCommand('build')).outputBytes.stdout > 20);

    await agent.kill();
    const before = (await stat(join(agent.stateDir, 'commands/build/stdout'))).size;
    await until(
      'that it goes on',
      async () => (await stat(join(agent.stateDir, 'commands/build/stdout'))).size > before,
    );
    await agent.start();

    expect(await client.getCommand('build')).toMatchObject({ state: 'running', pid: command.pid });
    const adopted = await client.getInstance('web');
    expect(adopted).toMatchObject({ state: 'needs-spec', pid: instance.pid, port: instance.port });
    expect(await client.putInstance('web', service)).toMatchObject({
      state: 'running',
      pid: instance.pid,
      restarts: 0,
    });

    await writeFile(join(folder, 'stop'), '');
    expect((await waited).exit).toMatchObject({ reason: 'exited', code: 7 });
    const lines = (await followed).trim().split('\n').map(Number);
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, i) => i + 1));
    expect(await readOutput(client, 'build')).toBe(await followed);
  });

  it('loses no end that came while it was dead', async () => {
    const agent = await startTestAgent({ isolation });
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    await client.startCommand('good', shellCommand(folder, 'sleep 0.5; echo done; exit 5'));
    const mark = unique();
    await client.startCommand('killed', shellCommand(folder, `echo pid; sleep 300; : ${mark}`));
    await until('both', async () => (await client.getCommand('killed')).outputBytes.stdout > 0);
    await agent.kill();
    killAll(findProcesses(mark));
    await until('the end', async () =>
      (await readFile(join(agent.stateDir, 'commands/good/exit'), 'utf8')).includes('exit'),
    );
    await agent.start();
    const good = await client.waitForCommand('good');
    expect(good.exit).toMatchObject({ reason: 'exited', code: 5 });
    expect(await readOutput(client, 'good')).toBe('done\n');
    expect((await client.waitForCommand('killed')).exit?.reason).toBe('lost');
  });

  it('is not in the way of a time limit or of a stop that had begun', async () => {
    const agent = await startTestAgent({ isolation });
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    const stubborn = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';
    await client.startCommand('timed', shellCommand(folder, stubborn, { timeoutMs: 1500 }));
    await client.startCommand('stopped', shellCommand(folder, stubborn));
    await until('both', async () => (await client.getCommand('stopped')).outputBytes.stdout > 0);
    const stopping = client.stopCommand('stopped', 600_000).catch(() => undefined);
    await until('that it was noted', async () =>
      (await readFile(join(agent.stateDir, 'commands/stopped/record.json'), 'utf8')).includes('"ending":"stopped"'),
    );
    await agent.kill();
    await agent.start();
    expect((await client.waitForCommand('stopped')).exit?.reason).toBe('stopped');
    expect((await client.waitForCommand('timed')).exit?.reason).toBe('timeout');
    await stopping;
  });
});

describe('kill -9 of the agent at any moment of a start', () => {
  it('leaves no process without an owner, and the command runs exactly once', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    for (let round = 0; round < 12; round++) {
      const id = `c${round}`;
      const spec = shellCommand(folder, `echo ran >>${id}`);
      // Insists until an agent has answered, the next one if need be.
      const started = client.startCommand(id, spec);
      await sleep(round * 1.5);
      await agent.kill();
      await agent.start();
      await started;
      expect((await client.waitForCommand(id)).exit, id).toMatchObject({ reason: 'exited', code: 0 });
      expect(await readFile(join(folder, id), 'utf8'), id).toBe('ran\n');
      await until('nothing left', () => marked(agent.stateDir).length === 0);
    }
  });

  it('leaves an instance once, and running', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const mark = unique();
    const spec = shellInstance(await agent.makeFolder('work'), `while :; do sleep 0.1; done; : ${mark}`);
    for (let round = 0; round < 6; round++) {
      const put = client.putInstance('web', spec);
      await sleep(round * 3);
      await agent.kill();
      await agent.start();
      await put;
      const { state } = await client.putInstance('web', spec);
      expect(state).toBe('running');
      // bubblewrap shows the same arguments three times: shim, monitor and init; the shell itself is one.
      const shells = (): number[] =>
        findProcesses(mark).filter((pid) =>
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sh\0-c\0while'),
        );
      await until('one shell', () => shells().length === 1);
      await client.removeInstance('web');
      expect(findProcesses(mark)).toEqual([]);
    }
  });
});

describe('an agent that died between writing an instance down and letting it run', () => {
  it('lets it run in its next life, which is no restart', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const spec = shellInstance(await agent.makeFolder('work'), 'sleep 300');
    await client.putInstance('web', spec);
    await agent.terminate();
    killAll(marked(agent.stateDir));
    // What such a shim looks like: it is there still, and has written nothing.
    const shim = spawn('/bin/sh', ['-c', 'read -r go || exit 125'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const file = join(agent.stateDir, 'instances/web/record.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as { process: { identity: unknown; exitFile: string } };
    record.process.identity = findIdentity(shim.pid ?? 0);
    await rm(record.process.exitFile);
    await writeFile(file, JSON.stringify(record));

    await agent.start();
    expect(await client.putInstance('web', spec)).toMatchObject({ state: 'running', pid: shim.pid });
    shim.stdin.end();
    await until('another process', async () => ![null, shim.pid].includes((await client.getInstance('web')).pid));
    expect(await client.getInstance('web')).toMatchObject({ state: 'running', restarts: 0, lastExit: null });
  });
});

describe('a state folder', () => {
  it('has one agent: a second one refuses to start, until the first is gone however it went', async () => {
    const agent = await startTestAgent();
    const argv = ['--state-dir', agent.stateDir, '--socket', join(agent.folder, 'second.sock')];
    const second = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), ...argv]);
    const [code] = (await once(second, 'exit')) as [number];
    expect(code).toBe(1);
    expect(JSON.parse(await readFile(join(agent.stateDir, 'agent.pid'), 'utf8'))).toMatchObject({ pid: agent.pid() });
    await agent.kill();
    await agent.start();
    expect((await agent.client.info()).pid).toBe(agent.pid());
  });

  it('is closed to other users, and so is the socket', async () => {
    const agent = await startTestAgent();
    expect((await stat(agent.stateDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(agent.folder, 'agent.sock'))).mode & 0o777).toBe(0o600);
  });

  it('that is damaged in a part costs that part only', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    const mark = unique();
    await client.startCommand('kept', shellCommand(folder, 'exit 3'));
    await client.waitForCommand('kept');
    await client.startCommand('damaged', shellCommand(folder, `sleep 300; : ${mark}`));
    await agent.terminate();
    await writeFile(join(agent.stateDir, 'commands/damaged/record.json'), '{"id":');
    await agent.start();
    expect((await client.getCommand('kept')).exit?.code).toBe(3);
    await expect(client.getCommand('damaged')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
    await until('that nobody is left without an owner', () => findProcesses(mark).length === 0);
  });
});

describe('SIGTERM', () => {
  it('ends the agent and nothing that it runs', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    const command = await client.startCommand('long', shellCommand(folder, 'sleep 300'));
    const instance = await client.putInstance('web', shellInstance(folder, 'sleep 300'));
    await agent.terminate();
    expect(marked(agent.stateDir).length).toBeGreaterThan(0);
    await agent.start();
    expect((await client.getCommand('long')).pid).toBe(command.pid);
    expect((await client.getInstance('web')).pid).toBe(instance.pid);
  });
});

describe('shutdown with everything', () => {
  it('ends all instances and commands; the instances run again when they are put again', async () => {
    const agent = await startTestAgent();
    const { client } = agent;
    const folder = await agent.makeFolder('work');
    const spec = shellInstance(folder, 'sleep 300', { allocatePort: true });
    await client.startCommand('long', shellCommand(folder, 'sleep 300'));
    const { port } = await client.putInstance('web', spec);
    await client.shutdown(true);
    await until('that nothing runs', () => marked(agent.stateDir).length === 0);
    await client.shutdown(true);
    await agent.start();
    expect((await client.getCommand('long')).exit?.reason).toBe('stopped');
    expect(await client.getInstance('web')).toMatchObject({ state: 'needs-spec', pid: null });
    expect(await client.putInstance('web', spec)).toMatchObject({ state: 'running', port });
  });
});

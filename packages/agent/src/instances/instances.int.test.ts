import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProcesses, until } from '../../test/support/observe.ts';
import { shellInstance } from '../../test/support/specs.ts';
import { needLimits, startTestAgent, type TestAgent } from '../../test/support/test-agent.ts';

/** A program of a user's that listens on PORT. */
async function listener(agent: TestAgent, port: string) {
  const folder = await agent.makeFolder('work');
  await writeFile(
    join(folder, 'serve.mjs'),
    `import { createServer } from 'node:http'; createServer((_, response) => response.end('hello')).listen(${port});`,
  );
  const spec = shellInstance(folder, '', { allocatePort: true });
  spec.argv = [process.execPath, 'serve.mjs'];
  spec.sandbox.readable = [process.execPath];
  return spec;
}

async function lines(agent: TestAgent): Promise<string[]> {
  const page = await agent.client.readLogs('service-a', {});
  return page.lines.map((line) => `${line.stream}: ${line.content}`);
}

describe('an instance', () => {
  it('gets a port of its own, listens there, and is found listening', async () => {
    const agent = await startTestAgent();
    const status = await agent.client.putInstance('web', await listener(agent, 'process.env.PORT'));
    expect(status.port).toBeGreaterThanOrEqual(20_000);
    expect(status.port).toBeLessThanOrEqual(29_999);
    const sockets = await until('its socket', async () => {
      const found = await agent.client.listeningSockets('web');
      return found.length > 0 ? found : undefined;
    });
    expect(sockets).toEqual([{ address: '::', port: status.port }]);
    expect(await (await fetch(`http://127.0.0.1:${status.port}/`)).text()).toBe('hello');
  });

  it('that listens elsewhere is seen to do so', async () => {
    const agent = await startTestAgent();
    const { port } = await agent.client.putInstance('web', await listener(agent, "0, '127.0.0.1'"));
    const [socket] = await until('its socket', async () => {
      const found = await agent.client.listeningSockets('web');
      return found.length > 0 ? found : undefined;
    });
    expect(socket?.address).toBe('127.0.0.1');
    expect(socket?.port).not.toBe(port);
  });

  it('is given no port that another instance or program holds', async () => {
    const agent = await startTestAgent();
    const folder = await agent.makeFolder('work');
    const spec = shellInstance(folder, 'sleep 300', { allocatePort: true });
    const first = await agent.client.putInstance('i0', spec);
    // The next in turn is taken by somebody else.
    const taken = createServer().listen((first.port ?? 0) + 1, '127.0.0.1');
    const ports = new Set([first.port, (first.port ?? 0) + 1]);
    for (let i = 1; i < 5; i++) {
      const { port } = await agent.client.putInstance(`i${i}`, spec);
      expect(ports.has(port)).toBe(false);
      ports.add(port);
    }
    taken.close();
  });

  it('exists once however often and at once it is put', async () => {
    const agent = await startTestAgent();
    const spec = shellInstance(await agent.makeFolder('work'), 'sleep 300');
    const all = await Promise.all(Array.from({ length: 5 }, () => agent.client.putInstance('web', spec)));
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(await agent.client.listInstances()).toMatchObject([
      { id: 'web', group: 'service-a', labels: { release: 'one' } },
    ]);
  });

  it('is started again when it ends: soon at first, then later and later', async () => {
    const agent = await startTestAgent();
    const spec = shellInstance(await agent.makeFolder('work'), 'echo started; exit 1', { allocatePort: true });
    const { port } = await agent.client.putInstance('web', spec);
    const status = await until('a second restart that waits', async () => {
      const now = await agent.client.getInstance('web');
      return now.restarts >= 1 && now.state === 'backing-off' ? now : undefined;
    });
    expect(status.lastExit).toMatchObject({ reason: 'exited', code: 1 });
    expect(status.port).toBe(port);
    const waits = Date.parse(status.nextRestartAt ?? '') - Date.parse(status.lastExit?.at ?? '');
    expect(waits).toBeGreaterThan(700);
    expect(await until('its log', async () => ((await lines(agent)).length >= 4 ? lines(agent) : undefined))).toEqual(
      expect.arrayContaining(['stdout: started', 'system: It ended with exit code 1.']),
    );
  });

  it('is given up after its number of restarts, and stays so until it is removed', async () => {
    const agent = await startTestAgent();
    const restart = { policy: 'always', maxRestarts: 1 } as const;
    const spec = shellInstance(await agent.makeFolder('work'), 'exit 1', { restart });
    await agent.client.putInstance('web', spec);
    await until('the end', async () => (await agent.client.getInstance('web')).state === 'failed');
    expect(await lines(agent)).toContain('system: Given up after 1 restarts in a row.');
    await agent.kill();
    await agent.start();
    expect(await agent.client.putInstance('web', spec)).toMatchObject({ state: 'failed', restarts: 1 });
    await agent.client.removeInstance('web');
    expect(await agent.client.listInstances()).toEqual([]);
  });

  it.each([
    ['on-failure', 0, 'stopped'],
    ['never', 0, 'stopped'],
    ['never', 2, 'failed'],
  ] as const)('with policy %s that ends with %i is %s', async (policy, code, state) => {
    const agent = await startTestAgent();
    const restart = { policy, maxRestarts: 10 };
    await agent.client.putInstance('job', shellInstance(await agent.makeFolder('work'), `exit ${code}`, { restart }));
    await until('its end', async () => (await agent.client.getInstance('job')).state === state);
    expect((await agent.client.getInstance('job')).restarts).toBe(0);
  });

  it('that takes too much memory says so in its log', async ({ skip }) => {
    const agent = await startTestAgent();
    await needLimits(agent.client, skip);
    const spec = shellInstance(await agent.makeFolder('work'), 'x=a; while :; do x=$x$x; done', {
      limits: { memoryBytes: 32 * 1024 * 1024 },
    });
    await agent.client.putInstance('greedy', spec);
    await until('the line', async () =>
      (await lines(agent)).includes('system: It was ended because it used more than its memory limit of 32 MiB.'),
    );
    expect((await agent.client.getInstance('greedy')).lastExit?.reason).toBe('out-of-memory');
  });

  it('is removed with its whole tree after it was asked to stop, its last words kept in the log', async () => {
    const agent = await startTestAgent();
    const mark = `mark-${Math.random().toString(36).slice(2)}`;
    const script = `setsid -f sh -c 'sleep 300; : ${mark}'; trap "printf goodbye; exit 0" TERM; echo ready; while :; do sleep 0.05; done`;
    await agent.client.putInstance('web', shellInstance(await agent.makeFolder('work'), script));
    await until('that it is ready', async () => (await agent.client.instanceTail('web', 100)).includes('ready'));
    await agent.client.removeInstance('web');
    await agent.client.removeInstance('web');
    expect(findProcesses(mark)).toEqual([]);
    expect(await lines(agent)).toContain('stdout: goodbye');
    await expect(agent.client.getInstance('web')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  });

  it('goes on being removed by the next agent when one dies over it', async () => {
    const agent = await startTestAgent();
    const script = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';
    const spec = shellInstance(await agent.makeFolder('work'), script, { stopGraceMs: 3000 });
    await agent.client.putInstance('web', spec);
    await until('that it is ready', async () => (await agent.client.instanceTail('web', 100)).includes('ready'));
    const removal = agent.client.removeInstance('web');
    await until('that it stops', async () => (await agent.client.getInstance('web')).state === 'stopping');
    await agent.kill();
    await agent.start();
    await removal;
    expect(await agent.client.listInstances()).toEqual([]);
  });

  it('that died with its agent away waits for its spec, and then runs on the same port', async () => {
    const agent = await startTestAgent();
    const spec = shellInstance(await agent.makeFolder('work'), 'sleep 300', { allocatePort: true });
    const { port, pid } = await agent.client.putInstance('web', spec);
    await agent.kill();
    process.kill(pid ?? 0, 'SIGKILL');
    await agent.start();
    await until('that this is known', async () => (await agent.client.getInstance('web')).lastExit !== null);
    expect(await agent.client.getInstance('web')).toMatchObject({ state: 'needs-spec', pid: null, port });
    const again = await agent.client.putInstance('web', spec);
    expect(again).toMatchObject({ state: 'running', port });
    expect(again.pid).not.toBe(pid);
  });

  it('that is put with folders that cannot be given does not come into being', async () => {
    const agent = await startTestAgent();
    const folder = await agent.makeFolder('work');
    const spec = shellInstance(folder, 'true', { cwd: join(folder, 'missing') });
    await expect(agent.client.putInstance('web', spec)).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    expect(await agent.client.listInstances()).toEqual([]);
  });

  it('is measured: CPU time that only grows, memory, processes', async () => {
    const agent = await startTestAgent();
    const script = 'sleep 300 & while :; do :; done';
    await agent.client.putInstance('busy', shellInstance(await agent.makeFolder('work'), script));
    const first = await until('some use', async () => (await agent.client.usage()).find(({ cpuMs }) => cpuMs > 50));
    const later = await until('more use', async () =>
      (await agent.client.usage()).find(({ cpuMs }) => cpuMs > first.cpuMs),
    );
    expect(later).toMatchObject({ instanceId: 'busy', group: 'service-a' });
    expect(later.memoryBytes).toBeGreaterThan(100_000);
    expect(later.processes).toBeGreaterThanOrEqual(2);
  });

  it('that writes without end keeps a small file, and its last words can be read', async () => {
    const agent = await startTestAgent();
    await agent.client.setLogRetention('service-a', { maxBytes: 8 * 1024 * 1024, maxAgeMs: 3_600_000 });
    const script = 'yes "a line of output that is repeated" | head -n 1500000; echo the end; sleep 300';
    await agent.client.putInstance('loud', shellInstance(await agent.makeFolder('work'), script));
    const file = join(agent.stateDir, 'instances/loud/stdout');
    await until('its end', async () => (await agent.client.instanceTail('loud', 100)).endsWith('the end\n'));
    await until('that its file is small', () => statSync(file).blocks * 512 < 25_000_000);
    expect(statSync(file).size).toBe(51_000_008);
    await until('its end in the log', async () => (await lines(agent)).at(-1) === 'stdout: the end');
    expect(readFileSync(file).subarray(-8).toString()).toBe('the end\n');
  });
});

import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceRequest, Runtime, RuntimeInstance } from '../../src/adapters/runtime/runtime.ts';

/** A runtime under test, and what its environment can do. */
export interface RuntimeUnderTest extends AsyncDisposable {
  runtime: Runtime;
  /** A request to run this JavaScript by Node; made ready so that the runtime can start it. */
  request(id: string, script: string, changes?: Partial<InstanceRequest>): Promise<InstanceRequest>;
  /** What brings instances about dies and comes back: an agent, an engine. */
  crash(): Promise<void>;
}

/** What is the same in every request, whatever the runtime. */
export const requestDefaults = {
  labels: { serviceId: 'svc_1', releaseId: 'rel_1', deploymentId: 'dep_1', process: 'web', ordinal: 0, generation: 0 },
  argv: ['node', 'main.cjs'],
  hasPort: true,
  limits: {},
  restart: { policy: 'on-failure', maxRestarts: 0 },
  stopGraceMs: 5000,
} satisfies Partial<InstanceRequest>;

const server = `require('node:http').createServer((q, r) => r.end('pid ' + process.pid)).listen(process.env.PORT)`;
/** statfs(2). */
const TMPFS_MAGIC = 0x01_02_19_94;
const quick = { path: null, intervalMs: 50, timeoutMs: 20_000 };
const never = new AbortController().signal;

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`never seen: ${what}`);
    await sleep(50);
  }
}

/** What every runtime promises; one suite for all of them. */
export function describeRuntimeContract(name: string, create: () => Promise<RuntimeUnderTest>): void {
  describe(`runtime ${name}`, () => {
    let subject: RuntimeUnderTest;
    let runtime: Runtime;
    beforeAll(async () => {
      subject = await create();
      runtime = subject.runtime;
    });
    afterAll(async () => subject[Symbol.asyncDispose]());

    async function start(id: string, script: string, changes?: Partial<InstanceRequest>): Promise<RuntimeInstance> {
      return await runtime.start(await subject.request(id, script, changes), never);
    }
    const find = async (id: string) => (await runtime.list(never)).find((instance) => instance.id === id);
    const visit = async (instance: RuntimeInstance | undefined) => {
      const { host, port } = instance?.address ?? { host: '', port: 0 };
      return await (await fetch(`http://${host}:${port}/`)).text();
    };

    it('says how far it keeps instances apart', async () => {
      const info = await runtime.describe(never);
      expect(['sandbox', 'user', 'none']).toContain(info.isolation);
      if (info.isolation !== 'sandbox') expect(info.missing.length).toBeGreaterThan(0);
    });

    it('starts an instance that answers on the port it was given, and lists it with its labels', async () => {
      const started = await start('web-1', server);
      await runtime.waitUntilHealthy('web-1', quick, never);
      expect(await visit(started)).toMatch(/^pid \d+$/);
      const listed = await find('web-1');
      expect(listed).toMatchObject({ id: 'web-1', state: 'running', labels: started.labels, restarts: 0 });
      expect(listed?.labels.releaseId).toBe('rel_1');
    });

    it('leaves a running instance alone when it is asked for again', async () => {
      const before = await visit(
        await start('web-2', server).then(async (instance) => {
          await runtime.waitUntilHealthy('web-2', quick, never);
          return instance;
        }),
      );
      const again = await start('web-2', server);
      expect(await visit(again)).toBe(before);
    });

    it('opens a shell in an instance, with its environment and in its folder, which says how it ended', async () => {
      await start('shell-1', server, { env: { GREETING: 'hello there' } });
      await runtime.waitUntilHealthy('shell-1', quick, never);
      const terminal = await runtime.openTerminal('shell-1', { cols: 80, rows: 24 }, never);
      await terminal.write(Buffer.from('stty size; ls; echo "<$GREETING>"; exit 3\n'));
      let screen = '';
      for await (const bytes of terminal.output) screen += bytes.toString();
      expect(screen).toContain('24 80');
      expect(screen).toContain('main.cjs');
      expect(screen).toContain('<hello there>');
      expect(terminal.exit()).toEqual({ code: 3, reason: 'exited' });
    });

    it('runs a command in an instance without a shell and a terminal: its outputs stay apart, its input has an end', async () => {
      await start('command-1', server, { env: { GREETING: 'hello there' } });
      await runtime.waitUntilHealthy('command-1', quick, never);
      const run = async (argv: readonly string[], input = '') => {
        const asked = { cols: 80, rows: 24, command: argv, tty: false };
        const command = await runtime.openTerminal('command-1', asked, never);
        const said = ['', '', ''];
        const reading = (async () => {
          for await (const bytes of command.output)
            said[bytes[0] ?? 0] = `${said[bytes[0] ?? 0]}${bytes.toString('utf8', 1)}`;
        })();
        await command.write(Buffer.from(input));
        command.endInput();
        await reading;
        return { stdout: said[1], stderr: said[2], exit: command.exit() };
      };
      const script = 'cat; echo "$GREETING" "$1"; ls main.cjs; test -t 1 || echo no terminal >&2; exit 7';
      expect(await run(['sh', '-c', script, 'sh', `$HOME 'as it is'; exit 1`], 'typed\n')).toEqual({
        stdout: `typed\nhello there $HOME 'as it is'; exit 1\nmain.cjs\n`,
        stderr: 'no terminal\n',
        exit: { code: 7, reason: 'exited' },
      });
      const much = 'seq 1 100000; seq 1 100000 >&2';
      const lines = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('');
      expect(await run(['sh', '-c', much])).toEqual({
        stdout: lines,
        stderr: lines,
        exit: { code: 0, reason: 'exited' },
      });
      expect((await run(['wc', '-c'], lines)).stdout?.trim()).toBe(String(lines.length));
      // As shells say that there is no such program; engines say 126 or 127.
      expect([126, 127]).toContain((await run(['davit-no-such-program'])).exit.code);
      expect((await run(['sh', '-c', 'kill -9 $$'])).exit).toEqual({ code: null, reason: 'killed' });
    });

    it('refuses a shell in an instance that is not there', async () => {
      const opening = runtime.openTerminal('nowhere', { cols: 80, rows: 24 }, never);
      await expect(opening).rejects.toMatchObject({ code: 'TERMINAL_UNAVAILABLE' });
    });

    it('starts several at once, each at an address of its own', async () => {
      const ids = ['many-1', 'many-2', 'many-3', 'many-4'];
      const script = `require('node:http').createServer((q, r) => r.end(process.env.WHO)).listen(process.env.PORT)`;
      const started = await Promise.all(ids.map((id) => start(id, script, { env: { WHO: id } })));
      await Promise.all(ids.map((id) => runtime.waitUntilHealthy(id, quick, never)));
      expect(await Promise.all(started.map(visit))).toEqual(ids);
      const listed = (await runtime.list(never)).filter(({ id }) => ids.includes(id));
      expect(listed.map(({ state, restarts }) => [state, restarts])).toEqual(ids.map(() => ['running', 0]));
    });

    it('lists the instances and the usage of one service apart from those of others', async () => {
      const owned = (serviceId: string) => ({ labels: { ...requestDefaults.labels, serviceId } });
      await Promise.all([start('mine-1', server, owned('svc_mine')), start('theirs-1', server, owned('svc_theirs'))]);
      for (const id of ['mine-1', 'theirs-1']) await runtime.waitUntilHealthy(id, quick, never);
      expect((await runtime.list(never, { serviceId: 'svc_mine' })).map(({ id }) => id)).toEqual(['mine-1']);
      expect(await runtime.usage(never, { serviceId: 'svc_mine' })).toMatchObject([{ instanceId: 'mine-1' }]);
    });

    it('gives the environment byte for byte', async () => {
      const value = `"quotes" 'single' $HOME \`cmd\` \\ \nline\ttab ünïcödé 漢字 🚀 =`;
      const script = `require('node:http').createServer((q, r) => r.end(process.env.VALUE)).listen(process.env.PORT)`;
      const instance = await start('env-1', script, { env: { VALUE: value } });
      await runtime.waitUntilHealthy('env-1', quick, never);
      expect(await visit(instance)).toBe(value);
    });

    it('uses the health path: an answer of 503 is not healthy yet', async () => {
      const script = `const at = Date.now(); require('node:http').createServer((q, r) => { r.statusCode = Date.now() - at > 600 ? 204 : 503; r.end() }).listen(process.env.PORT)`;
      await start('slow-1', script);
      await runtime.waitUntilHealthy('slow-1', { ...quick, path: '/healthz' }, never);
    });

    it('says that the start command ended, and how', async () => {
      await start('exit-1', `console.error('cannot find the moon'); process.exit(7)`, {
        restart: { policy: 'never', maxRestarts: 0 },
      });
      await expect(runtime.waitUntilHealthy('exit-1', quick, never)).rejects.toMatchObject({
        code: 'INSTANCE_EXITED',
        message: expect.stringMatching(/7/),
      });
      expect(await runtime.tail('exit-1', 4096, never)).toContain('cannot find the moon');
    });

    it('says that nothing listens, within the health timeout', async () => {
      await start('mute-1', 'setInterval(() => {}, 1000)');
      const check = { ...quick, timeoutMs: 1000 };
      await expect(runtime.waitUntilHealthy('mute-1', check, never)).rejects.toMatchObject({
        code: 'INSTANCE_NOT_LISTENING',
      });
    });

    it('says on which other port the instance listens', async () => {
      await start('other-1', `require('node:net').createServer().listen(0, '127.0.0.1')`);
      const check = { ...quick, timeoutMs: 1000 };
      await expect(runtime.waitUntilHealthy('other-1', check, never)).rejects.toMatchObject({
        code: 'INSTANCE_ON_OTHER_PORT',
        message: expect.stringMatching(/127\.0\.0\.1:\d+/),
      });
    });

    it('says what the health path answered', async () => {
      await start(
        'sick-1',
        `require('node:http').createServer((q, r) => { r.statusCode = 500; r.end() }).listen(process.env.PORT)`,
      );
      const check = { path: '/up', intervalMs: 50, timeoutMs: 1000 };
      await expect(runtime.waitUntilHealthy('sick-1', check, never)).rejects.toMatchObject({
        code: 'INSTANCE_UNHEALTHY',
        message: expect.stringContaining('/up answered 500'),
      });
    });

    it('takes an instance without a port for healthy once it stays up', async () => {
      await start('worker-1', 'setInterval(() => {}, 1000)', { hasPort: false });
      await runtime.waitUntilHealthy('worker-1', quick, never);
      expect((await find('worker-1'))?.address).toBeNull();
    });

    it('restarts what dies, on the same port', async () => {
      const script = `require('node:http').createServer((q, r) => q.url === '/die' ? process.exit(3) : r.end('up')).listen(process.env.PORT)`;
      const instance = await start('die-1', script, { restart: { policy: 'always', maxRestarts: 5 } });
      await runtime.waitUntilHealthy('die-1', quick, never);
      const { host, port } = instance.address ?? { host: '', port: 0 };
      await fetch(`http://${host}:${port}/die`).catch(() => {});
      await eventually('a restart', async () => (((await find('die-1'))?.restarts ?? 0) > 0 ? true : undefined));
      await eventually(
        'an answer',
        async () =>
          await fetch(`http://${host}:${port}/`).then(
            (r) => r.text(),
            () => undefined,
          ),
      );
    });

    it('gives up after as many restarts as it may make', async () => {
      const restart = { policy: 'on-failure', maxRestarts: 2 } as const;
      await start('loop-1', `console.log('begins'); process.exit(1)`, { restart, hasPort: false });
      const failed = await eventually('the end', async () => {
        const instance = await find('loop-1');
        return instance?.state === 'failed' ? instance : undefined;
      });
      expect(failed).toMatchObject({ lastExit: expect.stringMatching(/1/), restarts: restart.maxRestarts });
      const output = await runtime.tail('loop-1', 4096, never);
      expect(output.match(/begins/g), output).toHaveLength(1 + restart.maxRestarts);
    });

    it('reports what an instance uses', async () => {
      const usage = await eventually('usage', async () =>
        (await runtime.usage(never)).find(({ instanceId }) => instanceId === 'web-1'),
      );
      expect(usage.memoryBytes).toBeGreaterThan(1024 * 1024);
      expect(usage.cpuMs).toBeGreaterThan(0);
      expect(usage.serviceId).toBe('svc_1');
    });

    it('counts what an instance uses from the start of its process: CPU time, and bytes on disks where the host tells', async () => {
      const script = `require('node:fs').writeFileSync('file', Buffer.alloc(16 * 1024 * 1024), { flush: true }); ${server}`;
      await start('disk-1', script);
      await runtime.waitUntilHealthy('disk-1', quick, never);
      const usageOf = async () => (await runtime.usage(never)).find(({ instanceId }) => instanceId === 'disk-1');
      const usage = await eventually('usage', usageOf);
      // Instances live in the folder for temporary files, which may be in memory.
      const inMemory = (await statfs(tmpdir())).type === TMPFS_MAGIC;
      if (usage.disk !== null && !inMemory) expect(usage.disk.writtenBytes).toBeGreaterThanOrEqual(16 * 1024 * 1024);
      await subject.crash();
      const after = await eventually('usage after a crash', usageOf);
      expect(after.startedAt).toBe(usage.startedAt);
      expect(after.cpuMs).toBeGreaterThanOrEqual(usage.cpuMs);
    });

    it('keeps instances running over a crash of what started them', async () => {
      const instance = await start('keep-1', server);
      await runtime.waitUntilHealthy('keep-1', quick, never);
      const before = await visit(instance);
      await subject.crash();
      expect(await visit(instance)).toBe(before);
      const again = await start('keep-1', server);
      expect(await visit(again)).toBe(before);
      expect((await find('keep-1'))?.state).toBe('running');
    });

    it('ends an instance with all of its children, and forgets it', async () => {
      const script = `const { spawn } = require('node:child_process'); spawn('sleep', ['4321'], { detached: true, stdio: 'ignore' }).unref(); ${server}`;
      const instance = await start('stop-1', script);
      await runtime.waitUntilHealthy('stop-1', quick, never);
      await runtime.stop('stop-1', never);
      expect(await find('stop-1')).toBeUndefined();
      await expect(visit(instance)).rejects.toThrow();
      await runtime.stop('stop-1', never);
    });

    it('lets an instance finish within its grace, and ends it after that', async () => {
      await start('grace-1', `process.on('SIGTERM', () => {}); ${server}`, { stopGraceMs: 300 });
      await runtime.waitUntilHealthy('grace-1', quick, never);
      await runtime.stop('grace-1', never);
      expect(await find('grace-1')).toBeUndefined();
    });
  });
}

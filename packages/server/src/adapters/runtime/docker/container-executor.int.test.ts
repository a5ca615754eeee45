import { randomBytes } from 'node:crypto';
import { createEngineClient, type EngineClient, parseDockerHost } from '@davit/agent/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildImage } from '../../../../test/support/container-image.ts';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import type { ContainerCommand } from '../../executor/executor.ts';
import { removeCommands } from '../../executor/remove-commands.ts';
import { runToEnd } from '../../executor/run-to-end.ts';
import { type ContainerExecutor, createContainerExecutor } from './container-executor.ts';
import { createEnvironmentNetworks } from './environment-networks.ts';
import { explainEngine } from './explain-engine.ts';
import { parseSubnet } from './free-subnet.ts';
import { label } from './instance-labels.ts';
import { createContainerStarter } from './start-container.ts';

const { signal } = new AbortController();
const nothing = { stdout: 0, stderr: 0 };
const own = randomBytes(8).toString('hex');
const image = `commands-${own}`;
const outputLimitBytes = 1024 * 1024;

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let engine: EngineClient;
let executor: ContainerExecutor;
let id: string;
let count = 0;

/** As another server would make it: what it knows of earlier commands is what the engine says. */
function openExecutor(): ContainerExecutor {
  const pool = parseSubnet('10.213.0.0/16');
  if (pool === undefined) throw new Error('the test is wrong');
  const installation = async () => own;
  const networks = createEnvironmentNetworks({ engine, installation, pool });
  const starter = createContainerStarter({ engine, networks, installation, authOf: async () => undefined });
  return createContainerExecutor({ engine, installation, networks, starter, outputLimitBytes });
}

beforeAll(async () => {
  docker = await sharedDocker();
  await buildImage(docker, image, [
    'FROM debian:12',
    'USER 1234',
    'WORKDIR /tmp',
    'ENV OF_IMAGE=yes',
    'CMD ["id", "-u"]',
  ]);
  const address = parseDockerHost(docker.host);
  if (address === undefined) throw new Error('the test is wrong');
  engine = explainEngine(createEngineClient(address));
  executor = openExecutor();
});
afterAll(async () => {
  await removeCommands(executor, '', signal);
  engine.close();
  await docker.docker('rmi', '-f', image);
});
beforeEach(() => {
  id = `dep_${++count}-release`;
});

function shell(script: string, changes: Partial<ContainerCommand> = {}): ContainerCommand {
  return {
    image,
    environmentId: 'env_1',
    serviceId: 'svc_1',
    runId: `run_${count}`,
    argv: ['/bin/sh', '-c', script],
    env: {},
    readOnly: false,
    limits: {},
    ...changes,
  };
}

function createSink() {
  const lines: string[] = [];
  const write = (stream: string, line: string) => void lines.push(`${stream}: ${line}`);
  return { lines, write, room: async () => {} };
}

async function run(command: ContainerCommand) {
  const sink = createSink();
  const { exit } = await runToEnd(executor, id, command, sink, nothing, signal);
  return { exit, lines: sink.lines };
}

const containers = async (...filters: string[]) => {
  const labels = [`${label.installation}=${own}`, ...filters].flatMap((text) => ['--filter', `label=${text}`]);
  return (await docker.docker('ps', '-aq', ...labels)).split('\n').filter(Boolean);
};

describe('a command in a container', () => {
  test('is ended before any service when memory is short', async () => {
    const { lines } = await run(shell('cat /proc/self/oom_score_adj'));
    expect(lines).toEqual(['stdout: 700']);
  });

  test('hands over its lines and how it ended, with its variables, folder and user', async () => {
    const { exit, lines } = await run(
      shell('echo "$OWN $OF_IMAGE $(pwd) $(id -u)"; echo wrong >&2; exit 3', { env: { OWN: `it's "quoted" $HOME` } }),
    );
    expect(exit).toMatchObject({ reason: 'exited', code: 3, detail: 'It ended with exit code 3.' });
    expect(lines.toSorted()).toEqual(['stderr: wrong', `stdout: it's "quoted" $HOME yes /tmp 1234`]);
  });

  test('is what the image starts by itself, where nothing else is asked for', async () => {
    expect(await run(shell('', { argv: null }))).toMatchObject({ exit: { code: 0 }, lines: ['stdout: 1234'] });
  });

  test('has no rights, writes nothing but /tmp where that is asked for, and is not called by a name', async () => {
    const script = 'grep -h "CapEff\\|NoNewPrivs" /proc/self/status; touch /var/tmp/x; touch /tmp/x && echo written';
    const { lines } = await run(shell(script, { readOnly: true }));
    expect(lines.join('\n').replaceAll(/\t/g, ' ')).toMatch(/CapEff: 0{16}[\s\S]*NoNewPrivs: 1/);
    expect(lines).toContain('stdout: written');
    expect(lines.join('\n')).toContain('Read-only file system');
  });

  test('leaves no line out, however fast it prints them', async () => {
    const { lines } = await run(shell('seq 1 5000; seq 1 100 >&2; printf end'));
    const expected = Array.from({ length: 5000 }, (_, index) => `stdout: ${index + 1}`);
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual([...expected, 'stdout: end']);
    expect(lines.filter((line) => line.startsWith('stderr'))).toHaveLength(100);
  });

  test('goes on under its id for the next server, which skips the lines that are stored', async () => {
    const first = new AbortController();
    const early = createSink();
    const command = shell('echo "begun $(od -An -N8 -tx8 /dev/urandom)"; echo 2; sleep 3; echo 3');
    const cut = runToEnd(executor, id, command, early, nothing, first.signal);
    await waitUntil('two lines came', () => early.lines.length === 2);
    first.abort();
    await expect(cut).rejects.toThrow();
    const late = createSink();
    const { exit } = await runToEnd(openExecutor(), id, command, late, { stdout: 2, stderr: 0 }, signal);
    expect(exit).toMatchObject({ code: 0 });
    expect(late.lines).toEqual(['stdout: 3']);
    expect(await containers(`${label.command}=${id}`)).toHaveLength(1);
  });

  test('that was made and not started is made anew, and runs once', async () => {
    const name = `davit-${own.slice(0, 8)}-command-${id}`;
    await docker.docker('create', '--name', name, 'debian:12', 'echo', 'left behind');
    expect((await run(shell('echo ran'))).lines).toEqual(['stdout: ran']);
  });

  test('is known by its run, and is no instance', async () => {
    await executor.start(id, shell('sleep 600'), signal);
    expect(await executor.list(signal)).toContainEqual({ id, running: true, runId: `run_${count}`, exit: null });
    expect(await containers(label.instance)).toEqual([]);
    await executor.remove(id, signal);
  });

  test('is asked to end before it is made to, when it is removed; then nothing is left, its network included', async () => {
    const command = shell('trap "echo asked; exit 0" TERM; echo ready; while :; do sleep 0.1; done', {
      environmentId: 'env_2',
    });
    const sink = createSink();
    const ended = runToEnd(executor, id, command, sink, nothing, signal);
    await waitUntil('it is ready', () => sink.lines.length === 1);
    expect((await executor.stop(id, 10_000, signal)).exit).toMatchObject({ code: 0 });
    await ended;
    expect(sink.lines).toEqual(['stdout: ready', 'stdout: asked']);
    await executor.remove(id, signal);
    await executor.remove(id, signal);
    expect(await containers(`${label.environment}=env_2`)).toEqual([]);
    expect(await docker.docker('network', 'ls', '-q', '--filter', `label=${label.environment}=env_2`)).toBe('');
  });
});

describe('how a command ended is told', () => {
  test.each([
    ['ran out of time', 'sleep 600', { timeoutMs: 1000 }, 'timeout', 'longer than its limit of 1 s'],
    [
      'used too much memory',
      'x=x; while :; do x=$x$x; done',
      { limits: { memoryBytes: 32 * 1024 * 1024 } },
      'out-of-memory',
      '32 MiB',
    ],
    ['printed too much', 'seq 1 30000; sleep 600', {}, 'stopped', 'printed more than 1 MiB'],
  ])('when it %s', async (_, script, changes, reason, detail) => {
    const { exit } = await run(shell(script, changes));
    expect(exit).toMatchObject({ reason, code: null, detail: expect.stringContaining(detail) });
  });

  test('when somebody takes its container away', async () => {
    const ended = run(shell('echo here; sleep 600'));
    const [container = ''] = await waitUntil('the container is there', async () => {
      const found = await containers(`${label.command}=${id}`);
      return found.length > 0 && found;
    });
    await docker.docker('rm', '-f', container);
    expect((await ended).exit).toMatchObject({ reason: 'lost', code: null });
  });

  test('when the image has not what it calls', async () => {
    expect(await run(shell('', { argv: ['/bin/no-such-program'] }))).toMatchObject({
      exit: { reason: 'exited', code: 127, detail: expect.stringContaining('was not found') },
      lines: [expect.stringContaining('/bin/no-such-program')],
    });
  });

  test('when the image is not there', async () => {
    await expect(run(shell('true', { image: `sha256:${'0'.repeat(64)}` }))).rejects.toMatchObject({
      code: 'IMAGE_GONE',
    });
  });
});

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestAgent, type TestAgent } from '../../../../test/support/test-agent.ts';
import { explainAgentErrors } from '../../agent-process/agent-errors.ts';
import { createAgentExecutor } from '../../executor/agent/agent-executor.ts';
import { runClient } from './run-client.ts';

let agent: TestAgent;
let folder: string;
beforeAll(async () => {
  agent = await startTestAgent();
  folder = join(agent.folder, 'work');
  await mkdir(folder);
});
afterAll(() => agent[Symbol.asyncDispose]());

const signal = new AbortController().signal;
let written: string[] = [];
const output = {
  write: (_stream: string, line: string) => void written.push(line),
  room: async () => {},
  announce: async () => ({ stdout: 0, stderr: 0 }),
};

const openExecutor = () => createAgentExecutor(explainAgentErrors(agent.client));

async function run(script: string, sockets: string[], id = 'dep_1-image'): Promise<unknown> {
  const command = {
    argv: ['/bin/sh', '-c', script],
    env: { PATH: '/usr/bin:/bin' },
    cwd: folder,
    isolationKey: 'image-svc_1',
    writable: [folder],
    readable: [],
    sockets,
    limits: {},
  };
  const client = { name: 'image', title: 'build drill', command, originalLines: [] };
  return await runClient(openExecutor(), id, client, output, signal).catch((error: unknown) => error);
}

const refused =
  'listing workers for Build: failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial tcp';
const unreachable = 'What builds images does not answer.';
const lost = 'What builds images went away in the middle.';

test.each([
  ['has no socket', 'true', ['/nowhere/buildkitd.sock'], unreachable, true, []],
  [
    'does not listen on it',
    'echo "ERROR: Cannot connect to the Docker daemon at unix:///run/x.sock. Is the docker daemon running?" >&2; exit 1',
    [],
    unreachable,
    true,
    ['Cannot connect to the Docker daemon at … Is the docker daemon running?'],
  ],
  [
    'refuses the connection',
    `echo 'error: ${refused} 10.0.0.7:39555: connect: connection refused"' >&2; exit 1`,
    [],
    unreachable,
    true,
    [`${refused} …: connect: connection refused"`],
  ],
  [
    'has a name that nobody knows',
    `echo 'error: ${refused}: lookup buildkitd.internal on 10.0.0.2:53: no such host"' >&2; exit 1`,
    [],
    unreachable,
    true,
    [`${refused}: lookup …: no such host"`],
  ],
  // It was there when the build began: what may be the build's own doing is tried so many times, and not for so long.
  ['went away in the middle', 'echo "ERROR: unexpected EOF" >&2; exit 1', [], lost, false, ['unexpected EOF']],
  [
    'broke the connection',
    'echo "ERROR: error reading from server: read tcp 127.0.0.1:5->10.0.0.7:39555: connection reset by peer" >&2; exit 1',
    [],
    lost,
    false,
    ['error reading from server: read tcp …: connection reset by peer'],
  ],
])(
  'what builds images and %s is unreachable, in words of davit, and another try begins anew',
  async (_, script, sockets, message, away, lines) => {
    written = [];
    expect(await run(script, sockets)).toMatchObject({
      code: 'BUILD_ENGINE_UNREACHABLE',
      message,
      transient: true,
      away,
    });
    expect(written).toEqual(lines);
    expect(await openExecutor().list(signal)).toEqual([]);
  },
);

test('a registry that refuses the connection is named: that is for whoever builds', async () => {
  const said =
    'failed to do request: Head "https://registry.test/v2/": dial tcp 10.0.0.9:443: connect: connection refused';
  expect(await run(`echo 'ERROR: ${said}' >&2; exit 1`, [], 'dep_2-image')).toMatchObject({
    code: 'BUILD_BASE_IMAGE_UNAVAILABLE',
    message: said,
  });
});

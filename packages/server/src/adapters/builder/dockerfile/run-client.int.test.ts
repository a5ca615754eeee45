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
const output = { write: () => {}, room: async () => {}, announce: async () => ({ stdout: 0, stderr: 0 }) };

async function run(script: string, sockets: string[]): Promise<unknown> {
  const executor = createAgentExecutor(explainAgentErrors(agent.client));
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
  const ended = await runClient(executor, 'dep_1-image', client, output, signal).catch((error: unknown) => error);
  expect(await executor.list(signal)).toEqual([]);
  return ended;
}

test.each([
  ['has no socket', 'true', ['/nowhere/buildkitd.sock'], 'There is no socket /nowhere/buildkitd.sock.', true],
  [
    'does not listen on it',
    'echo "ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1',
    [],
    'Cannot connect to the Docker daemon',
    true,
  ],
  // It was there when the build began: what may be the build's own doing is tried so many times, and not for so long.
  ['went away in the middle', 'echo "ERROR: unexpected EOF" >&2; exit 1', [], 'went away: unexpected EOF', false],
])('what builds images and %s is unreachable, and another try begins anew', async (_, script, sockets, said, away) => {
  expect(await run(script, sockets)).toMatchObject({
    code: 'BUILD_ENGINE_UNREACHABLE',
    message: expect.stringContaining(said),
    transient: true,
    away,
  });
});

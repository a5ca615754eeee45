import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startTestAgent } from '../../../test/support/test-agent.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { createAgentLogStore } from '../../adapters/log-store/agent/agent-log-store.ts';
import { logText } from './log-text.ts';

/** The logs of an instance that has written the lines 1 to 12,000, of which the first is in red. */
async function startLogs() {
  const agent = await startTestAgent();
  onTestFinished(() => agent[Symbol.asyncDispose]());
  const folder = join(agent.folder, 'web');
  await mkdir(folder);
  await agent.client.putInstance('web-1', {
    argv: ['/bin/sh', '-c', String.raw`printf '\033[31mstarted\033[0m\033]0;title\007\n'; seq 2 12000; sleep 1000`],
    env: {},
    cwd: folder,
    sandbox: { isolationKey: 'svc', writable: [folder], readable: [] },
    limits: {},
    group: 'svc',
    labels: { deployment: 'dep_1' },
    restart: { policy: 'never', maxRestarts: 0 },
    allocatePort: false,
    logKey: 'svc',
    stopGraceMs: 0,
  });
  await waitUntil('all lines are there', async () => {
    const { lines } = await agent.client.readLogs('svc', { limit: 1 });
    return lines[0]?.content === '12000';
  });
  return createAgentLogStore(agent.client);
}

async function contentsOf(text: AsyncIterable<string>): Promise<string[]> {
  const lines = (await Array.fromAsync(text)).join('').trim().split('\n');
  return lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z web-1 /, ''));
}

test('the logs of a service are a text of all lines in order, with time and instance', async () => {
  const logs = await startLogs();
  const numbers = Array.from({ length: 11_999 }, (_, i) => String(i + 2));
  expect(await contentsOf(logText(logs, 'svc', {}))).toEqual(['started', ...numbers]);
  expect(await contentsOf(logText(logs, 'svc', { search: '1199' }))).toEqual(
    numbers.filter((number) => number.includes('1199')),
  );
  expect(await contentsOf(logText(logs, 'svc', { label: 'deployment=dep_2' }))).toEqual(['']);
  expect(await contentsOf(logText(logs, 'nothing', {}))).toEqual(['']);
});

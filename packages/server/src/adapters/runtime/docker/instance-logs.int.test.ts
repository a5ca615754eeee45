import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { startTestAgent } from '../../../../test/support/test-agent.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { instanceLogSource, label } from './instance-labels.ts';

const lines = 20_000;
const script = `for i in $(seq 1 ${lines}); do echo "line $i"; [ $((i % 500)) = 0 ] && sleep 0.1; done; echo last >&2; sleep 1000`;

test('each line of a container is in its log once and in order, although the agent is killed meanwhile', async () => {
  const { host, docker } = await sharedDocker();
  const agent = await startTestAgent();
  const installation = randomBytes(8).toString('hex');
  const labels = [
    `${label.installation}=${installation}`,
    `${label.instance}=printer`,
    `${label.service}=svc_printer`,
    `${label.process}=web`,
  ].flatMap((text) => ['--label', text]);
  await agent.client.followContainers(instanceLogSource(host, installation));
  const id = (await docker('run', '-d', '--init', ...labels, 'debian:12', 'bash', '-c', script)).trim();
  onTestFinished(async () => {
    await docker('rm', '-f', id);
    await agent[Symbol.asyncDispose]();
  });

  async function readLog(): Promise<{ stream: string; content: string; process: string | undefined }[]> {
    const all = [];
    for (let after = '0000000000000000'; ; ) {
      const page = await agent.client.readLogs('svc_printer', { after, limit: 10_000 });
      all.push(...page.lines);
      if (page.lines.length === 0 || page.nextCursor === null) break;
      after = page.nextCursor;
    }
    return all.map(({ stream, content, labels: own }) => ({ stream, content, process: own['process'] }));
  }

  for (const many of [1000, 8000]) {
    await waitUntil(`${many} lines`, async () => (await readLog()).length >= many);
    await agent.crashAndRestart();
  }
  await waitUntil('the last line', async () => (await readLog()).some(({ content }) => content === 'last'));
  await agent.client.drainContainer('printer');
  const log = await readLog();
  const printed = log.filter(({ stream }) => stream === 'stdout').map(({ content }) => content);
  expect(printed).toEqual(Array.from({ length: lines }, (_, index) => `line ${index + 1}`));
  expect(log.filter(({ stream }) => stream !== 'stdout')).toEqual([
    { stream: 'stderr', content: 'last', process: 'web' },
  ]);
});

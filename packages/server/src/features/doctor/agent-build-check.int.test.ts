import { readAgentBuild } from '@davit/agent/build';
import { expect, test } from 'vitest';
import { startTestAgent } from '../../../test/support/test-agent.ts';
import { createAgentBuildCheck } from './platform-checks.ts';

const signal = () => AbortSignal.timeout(30_000);

test('an agent that an upgrade left behind is found, with the command that renews it', async () => {
  const agent = await startTestAgent();
  const find = async () => (await agent.client.info(signal())).build;
  const look = async (installed: string, serverStartsAgent: boolean) =>
    await createAgentBuildCheck({ find, readInstalled: () => installed, serverStartsAgent })(signal());
  try {
    expect(await look(readAgentBuild(), false)).toMatchObject([
      { check: 'runtime.agent-build', state: 'ok', mend: null },
    ]);
    const mend = expect.stringContaining('`systemctl restart davit-agent`');
    const detail = expect.stringContaining(readAgentBuild());
    expect(await look('another', false)).toMatchObject([{ state: 'warn', detail, mend }]);
    expect(await look('another', true)).toMatchObject([
      { state: 'warn', mend: expect.stringContaining('Restart davit:') },
    ]);
  } finally {
    await agent[Symbol.asyncDispose]();
  }
  expect(await look('another', false)).toEqual([]);
});

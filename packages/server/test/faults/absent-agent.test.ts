import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { deployFiles } from '../support/deploy-files.ts';
import { processPlace } from '../support/drill-place.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { openTerminalClient, type RefusedTerminal, refusalOf } from '../support/terminal-client.ts';
import { waitUntil } from '../support/wait-until.ts';

// An agent that something else keeps running is away, and stays so: who asks for what only it knows is told that, and is not
// told of a fault inside.

let platform: Platform;
let socketPath: string;
let agentPid: number;
let service: string;
let instanceId: string;

beforeAll(async () => {
  platform = await startPlatform();
  const { api, dataDir } = platform;
  const { id } = await api.createProject('away');
  const made = await api.createService(id, { name: 'away', settings: processPlace.settings });
  await deployFiles(api, made.id, processPlace.app('v1'));
  service = `/v1/services/${made.id}`;
  const [instance] = await api.instances(made.id);
  instanceId = instance?.id ?? '';
  socketPath = join(dataDir, 'agent', 'agent.sock');
  agentPid = (await platform.agent.info()).pid;
  await platform.reconfigure({ AGENT_SOCKET: socketPath });
});
afterAll(async () => {
  // An agent of davit's own again: it knows the instances, and ends them.
  await platform?.reconfigure({ AGENT_SOCKET: '' });
  await platform?.[Symbol.asyncDispose]();
});

const asked = ['logs', 'logs/download', 'instances', 'terminal'] as const;

async function answerTo(what: (typeof asked)[number]): Promise<RefusedTerminal> {
  const { api, url } = platform;
  if (what !== 'terminal') return await api.call('GET', `${service}/${what}`);
  const path = `${service}/instances/${instanceId}/terminal`;
  return await refusalOf(openTerminalClient(`${url}${path}`, { authorization: `Bearer ${api.token}` }));
}

test.for([
  {
    agent: 'hangs',
    leave: async () => {
      process.kill(agentPid, 'SIGSTOP');
      onTestFinished(() => void process.kill(agentPid, 'SIGCONT'));
    },
    hint: /Restart it /,
  },
  { agent: 'is dead, so that its socket refuses', leave: async () => void process.kill(agentPid, 'SIGKILL') },
  { agent: 'is gone with its socket', leave: () => rm(socketPath) },
])(
  'while the agent $agent, what only it knows is unavailable, and the answer says what to do',
  async ({ leave, hint = /agent\.log/ }) => {
    await leave();
    // Who looks again soon is told what the look before has found: here how the agent was away in the test before.
    await waitUntil('its state of now is told', async () => hint.test(JSON.stringify((await answerTo('logs')).body)));
    const answers = await Promise.all(asked.map(answerTo));
    const told = answers.map(({ status, body }) => ({ status, body }));
    const away = { status: 503, body: { code: 'AGENT_UNREACHABLE', hint: expect.stringMatching(hint) } };
    expect(told).toMatchObject(asked.map(() => away));
  },
);

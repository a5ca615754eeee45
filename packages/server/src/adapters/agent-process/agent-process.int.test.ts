import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgentClient } from '@davit/agent/client';
import { PROTOCOL_VERSION } from '@davit/agent/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../kernel/logger.ts';
import { createAgentProcess } from './agent-process.ts';

// An agent that answers once and from then on leaves its caller waiting: what is under way when a server stops.
async function startSlowAgent(socketPath: string) {
  let asked = 0;
  const waiting = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    asked++;
    if (asked > 1) return waiting.resolve();
    const info = { protocol: PROTOCOL_VERSION, pid: 1, startedAt: new Date(0).toISOString() };
    response.setHeader('x-davit-protocol', String(PROTOCOL_VERSION));
    response.end(JSON.stringify(info));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    isAskedAgain: waiting.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a server that stops while it looks after the agent starts no other one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-agent-process-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const socketPath = join(folder, 'agent.sock');
  const stateDir = join(folder, 'state');
  {
    await using agent = await startSlowAgent(socketPath);
    const client = createAgentClient({ socketPath });
    const watched = createAgentProcess({
      client,
      socketPath,
      stateDir,
      proxy: { hosts: [], port: 0 },
      folderRoots: [folder],
      environment: {},
      startsAgent: true,
      logger: silentLogger,
    });
    await watched.start();
    await agent.isAskedAgain;
    await watched.stop();
    await client.close();
  }
  // Its log is the first thing that an agent that is started has.
  await expect(readFile(join(stateDir, 'agent.log'))).rejects.toMatchObject({ code: 'ENOENT' });
});

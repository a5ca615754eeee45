import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../test/support/observe.ts';
import { startTestAgent } from '../../test/support/test-agent.ts';
import { createAgentClient } from './create-agent-client.ts';

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'agent.sock');
}

describe('a caller of the agent', () => {
  it('is told when there is none', async () => {
    const client = createAgentClient({ socketPath: socketPath(), patienceMs: 100 });
    await expect(client.info()).rejects.toMatchObject({ code: 'AGENT_UNREACHABLE' });
    await expect(client.listCommands()).rejects.toMatchObject({ code: 'AGENT_UNREACHABLE' });
    await client.close();
  });

  it('is told when the agent speaks another protocol', async () => {
    const path = socketPath();
    const server = createServer((_, response) => response.setHeader('x-davit-protocol', '99').end('{}')).listen(path);
    onTestFinished(() => void server.close());
    const client = createAgentClient({ socketPath: path });
    await expect(client.listCommands()).rejects.toMatchObject({ code: 'AGENT_PROTOCOL_MISMATCH' });
    await client.close();
  });

  it('stays with one agent to its end, and learns of it although it asks for nothing', async () => {
    const agent = await startTestAgent();
    const lives = agent.client.followInfo()[Symbol.asyncIterator]();
    expect(await lives.next()).toMatchObject({ value: { pid: agent.pid() } });
    const end = expect(lives.next()).rejects.toMatchObject({ code: 'AGENT_UNREACHABLE' });
    await agent.kill();
    await agent.start();
    await end;
  });

  it('is left alone as soon as it gives up', async () => {
    const agent = await startTestAgent();
    const folder = await agent.makeFolder('work');
    const sandbox = { isolationKey: 'a', writable: [folder], readable: [] };
    await agent.client.startCommand('long', { argv: ['sleep', '300'], env: {}, cwd: folder, sandbox, limits: {} });
    const giveUp = new AbortController();
    const waiting = agent.client.waitForCommand('long', giveUp.signal);
    const followed = agent.client.followCommand('long', 'stdout', 0, giveUp.signal)[Symbol.asyncIterator]().next();
    giveUp.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(followed).rejects.toThrow('enough');
  });

  it('sees every line of a log once and in order, over a kill -9 of the agent', async () => {
    const agent = await startTestAgent();
    const giveUp = new AbortController();
    const seen: string[] = [];
    const append = (content: string) => agent.client.appendLog('svc', { instance: 'web', labels: {}, content });
    await append('before');
    const following = (async () => {
      for await (const lines of agent.client.followLogs('svc', {}, giveUp.signal)) {
        seen.push(...lines.map(({ content }) => content));
      }
    })();
    for (let i = 0; seen.length === 0; i++) await append(`warm ${i}`);
    const start = seen.length;
    await until(
      'the newest',
      async () => seen.at(-1) === (await agent.client.readLogs('svc', { limit: 1 })).lines[0]?.content,
    );
    const offset = seen.length;
    await append('one');
    await agent.kill();
    await agent.start();
    await append('two');
    await until('both', () => seen.includes('two'));
    expect(seen.slice(offset)).toEqual(['one', 'two']);
    expect(start).toBeLessThanOrEqual(offset);
    giveUp.abort();
    await following;
  });

  it('keeps routes and their use, which a restart does not lose', async () => {
    const agent = await startTestAgent();
    const spec = { owner: 'svc', targets: [{ id: 'web', address: '127.0.0.1', port: 20_001 }] };
    await agent.client.putRoute('app.localhost', spec);
    await expect(agent.client.putRoute('not a host', spec)).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
    await agent.kill();
    await agent.start();
    expect(await agent.client.listRoutes()).toMatchObject([{ host: 'app.localhost', ...spec }]);
    expect(await agent.client.drainTarget('app.localhost', 'web', 100)).toBe(true);
    await agent.client.removeRoute('app.localhost');
    await expect(agent.client.getRoute('app.localhost')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  });
});

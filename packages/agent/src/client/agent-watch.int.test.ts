import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../test/support/observe.ts';
import { PROTOCOL_VERSION } from '../protocol/protocol.ts';
import { createAgentClients } from './create-agent-client.ts';

const forever = 24 * 3600 * 1000;

/** Where an agent may be, which answers every question with nothing once it is let. */
function createPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'davit-watch-'));
  const socketPath = join(folder, 'agent.sock');
  const held: ServerResponse[] = [];
  let asked = 0;
  let isHeld = false;
  let server: Server | undefined;
  const answer = (response: ServerResponse) =>
    response.setHeader('x-davit-protocol', String(PROTOCOL_VERSION)).end('[]');
  onTestFinished(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true });
  });
  return {
    socketPath,
    asked: () => asked,
    async begin() {
      server = createServer((_request, response) => {
        asked++;
        if (isHeld) held.push(response);
        else answer(response);
      });
      await new Promise<void>((resolve) => void server?.listen(socketPath, resolve));
    },
    hold: () => void (isHeld = true),
    letGo() {
      isHeld = false;
      for (const response of held.splice(0)) answer(response);
    },
  };
}

test('of those who look at an agent that is away the first waits for it and the next do not; who acts waits all the same', async () => {
  const place = createPlace();
  const { looks, agent } = createAgentClients({ socketPath: place.socketPath });
  onTestFinished(() => agent.close());
  const away = { code: 'AGENT_UNREACHABLE' };
  await expect(looks.listInstances()).rejects.toMatchObject(away);
  let isOver = false;
  const acting = agent.listInstances().finally(() => {
    isOver = true;
  });
  // Told of where it is awaited.
  acting.catch(() => undefined);
  await expect(looks.listInstances()).rejects.toMatchObject(away);
  await expect(looks.readLogs('svc', { limit: 1 })).rejects.toMatchObject(away);
  expect(isOver).toBe(false);
  await place.begin();
  expect(await acting).toEqual([]);
  expect(await looks.listInstances()).toEqual([]);
});

test('an agent that hangs is found out by the first look, and asked again by none until it answers', async () => {
  const place = createPlace();
  await place.begin();
  place.hold();
  const watch = { slowMs: 20, probeMs: 20 };
  const { looks, agent } = createAgentClients({ socketPath: place.socketPath, watch });
  onTestFinished(() => agent.close());
  const late = { name: 'TimeoutError' };
  await expect(looks.readLogs('svc', { limit: 1 })).rejects.toMatchObject(late);
  const asked = place.asked();
  await expect(looks.listInstances()).rejects.toMatchObject(late);
  await expect(looks.readLogs('svc', { limit: 1 })).rejects.toMatchObject(late);
  expect(place.asked()).toBe(asked);

  place.letGo();
  await until('it is known that it answers', () => looks.listInstances().catch(() => false));
});

test('an answer that takes long is waited for while the agent answers other questions', async () => {
  const place = createPlace();
  await place.begin();
  place.hold();
  const { looks, agent } = createAgentClients({ socketPath: place.socketPath, watch: { slowMs: 1, probeMs: forever } });
  onTestFinished(() => agent.close());
  const slow = looks.readLogs('svc', { limit: 1 });
  await until('the agent is asked whether it is there', () => place.asked() === 2);
  place.letGo();
  expect(await slow).toEqual([]);
});

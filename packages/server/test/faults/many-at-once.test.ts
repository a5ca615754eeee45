import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { deployFiles } from '../support/deploy-files.ts';
import { drillApp, drillSettings } from '../support/drill-app.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';

// Much at the same moment: changes of one service come one after the other, and its neighbours notice nothing.

/** A connection to a service that stays open; `open` says whether it still is. */
async function openConnection(url: string, path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(url);
  const call = request({
    host: '127.0.0.1',
    port,
    path,
    agent: false,
    headers: { host: `${hostname}:${port}`, ...headers },
  });
  call.on('error', () => {});
  call.end();
  const socket = await Promise.race([
    once(call, 'upgrade').then(([, upgraded]) => upgraded as Socket),
    once(call, 'response').then(([response]) => (response as { socket: Socket }).socket),
  ]);
  socket.resume();
  return {
    get open() {
      return !socket.destroyed && !socket.readableEnded;
    },
    close: () => socket.destroy(),
  };
}

async function startNeighbour({ api, service }: FaultDrill) {
  const neighbour = await api.createService(service.projectId, { name: 'neighbour', settings: drillSettings });
  expect(await deployFiles(api, neighbour.id, drillApp('neighbour'))).toMatchObject({ status: 'active' });
  const websocket = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'eA==',
  };
  const connections = await Promise.all([
    ...Array.from({ length: 5 }, () => openConnection(neighbour.url, '/', websocket)),
    ...Array.from({ length: 5 }, () => openConnection(neighbour.url, '/hold', { accept: 'text/event-stream' })),
  ]);
  const visitor = startSteadyVisitor(neighbour.url, { visitors: 2, pauseMs: 10 });
  return { connections, visitor };
}

test('ten deployments in a row lose no request, and close no connection of a neighbour', async () => {
  await using drill = await startFaultDrill();
  const { connections, visitor } = await startNeighbour(drill);
  for (let number = 2; number <= 11; number++) {
    const { id } = await drill.deploy(`v${number}`);
    expect(await drill.api.settled(id)).toMatchObject({ status: 'active' });
  }
  expect(connections.map(({ open }) => open)).toEqual(connections.map(() => true));
  for (const connection of connections) connection.close();
  expect(await visitor.stop()).toMatchObject({ failures: [], bodies: ['neighbour'] });
  await expectOneTruth(drill, 'v11');
  expectNoVisitLost(drill);
});

test('many deployments that are asked for at once: the last one serves, those between were superseded or served', async () => {
  await using drill = await startFaultDrill();
  const asked = [];
  for (let number = 2; number <= 7; number++) asked.push(await drill.deploy(`v${number}`));
  for (const { id } of asked) await drill.api.settled(id);
  // Read again: each but the last may still have been the active one when it ended.
  const ended = await Promise.all(asked.map(({ id }) => drill.api.settled(id)));
  expect(ended.at(-1)).toMatchObject({ status: 'active' });
  for (const { status } of ended.slice(0, -1)) expect(['retired', 'superseded']).toContain(status);
  await expectOneTruth(drill, 'v7');
  expectNoVisitLost(drill);
});

test('two deployments and a delete at once: everything of the service is gone in the end', async () => {
  await using drill = await startFaultDrill();
  const { api, service } = drill;
  const running = await drill.deploy('v2', ['build']);
  const [, answer] = await Promise.all([
    drill.deploy('v3').catch(() => undefined),
    api.done<{ runId: string }>('DELETE', `/v1/services/${service.id}`),
  ]);
  expect(await api.runEnded(answer.runId)).toMatchObject({ state: 'succeeded' });
  // It is told to end, unless it comes to see by itself that the service is going.
  const { state, errorCode } = await api.done<{ state: string; errorCode: string | null }>(
    'GET',
    `/v1/runs/${running.runId}`,
  );
  expect([state, errorCode]).toEqual(state === 'failed' ? ['failed', 'SERVICE_BEING_DELETED'] : ['canceled', null]);
  expect((await api.call('GET', `/v1/services/${service.id}`)).status).toBe(404);
  await expectOneTruth(drill, undefined);
});

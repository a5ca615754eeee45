import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../test/support/observe.ts';
import { send, startInstance } from '../../test/support/proxy-bed.ts';
import { shellInstance } from '../../test/support/specs.ts';
import { startTestAgent, type TestAgent } from '../../test/support/test-agent.ts';
import { readAgentBuild } from '../build-id.ts';
import { COMPILE_CACHE, compileCacheOf } from '../node-options.ts';
import type { SuccessorSpec } from '../protocol/renewal.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

function successorOf(agent: TestAgent, ...more: string[]): SuccessorSpec {
  const places = ['--state-dir', agent.stateDir, '--socket', `${agent.folder}/agent.sock`, '--proxy-port', '0'];
  return {
    program: process.execPath,
    arguments: [main, ...places, '--folder-root', agent.folder, '--log-level', 'warn', ...more],
    environment: { PATH: process.env.PATH ?? '', [COMPILE_CACHE]: compileCacheOf(agent.stateDir) },
  };
}

/** Asks again and again on connections of their own until it is stopped; the answer is what came instead of `fine`. */
function visitSteadily(port: number) {
  const over = new AbortController();
  const faults: string[] = [];
  let count = 0;
  const visits = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      const answer = await send(port, 'app.test').then(({ body }) => body, String);
      count += 1;
      if (answer !== 'fine') faults.push(answer);
      await sleep(2);
    }
  });
  return {
    async stop() {
      over.abort();
      await Promise.all(visits);
      return { faults, count };
    },
  };
}

test('an agent hands everything to the next one: no visitor is refused, a long answer is finished, instances run on', async () => {
  const agent = await startTestAgent();
  const { client } = agent;
  const folder = await agent.makeFolder('work');
  const instance = await client.putInstance('web', shellInstance(folder, 'echo up; exec sleep 300'));
  const held = Promise.withResolvers<void>();
  const app = await startInstance((incoming, response) => {
    if (incoming.url === '/slow') {
      response.write('begun, ');
      void held.promise.then(() => response.end('ended'));
    } else {
      response.end('fine');
    }
  });
  const target = { id: 'one', address: '127.0.0.1', port: app.port };
  await client.putRoute('app.test', { owner: 'owner', targets: [target] });
  const former = await client.info();
  const port = former.proxy?.port ?? 0;
  expect(former.build).toBe(readAgentBuild());

  const visitor = visitSteadily(port);
  const slow = request({ host: '127.0.0.1', port, path: '/slow', headers: { host: 'app.test' }, agent: false }).end();
  const [answer] = (await once(slow, 'response')) as [IncomingMessage];
  await client.handOver(successorOf(agent));
  await until('another agent answers', async () =>
    client.info().then(
      ({ pid }) => pid !== former.pid,
      () => false,
    ),
  );
  onTestFinished(async () => await endNext(agent));

  held.resolve();
  expect(await text(answer)).toBe('begun, ended');
  const { faults, count } = await visitor.stop();
  expect(faults).toEqual([]);
  expect(count).toBeGreaterThan(10);
  expect(await client.info()).toMatchObject({
    id: former.id,
    proxy: former.proxy,
    counts: { instances: 1, routes: 1 },
  });
  expect(await client.getInstance('web')).toMatchObject({ pid: instance.pid, restarts: 0 });
  await until('the former agent is gone', () => !isAlive(former.pid));
});

test('one whose successor does not start goes on', async () => {
  const agent = await startTestAgent();
  const { client } = agent;
  const { pid } = await client.info();
  const unusable = { code: 'AGENT_CONFLICT' };
  await expect(client.handOver(successorOf(agent, '--no-such-option'))).rejects.toMatchObject(unusable);
  const nowhere = { ...successorOf(agent), program: '/no/such/program' };
  await expect(client.handOver(nowhere)).rejects.toMatchObject(unusable);
  expect((await client.info()).pid).toBe(pid);
  expect(await client.listInstances()).toEqual([]);
});

async function endNext({ client }: TestAgent): Promise<void> {
  const { pid } = await client.info();
  await client.shutdown(true);
  await until('the next agent is gone', () => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

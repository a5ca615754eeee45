import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineClient, type EngineAddress, parseDockerHost } from '@davit/agent/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DockerEngine, startDockerEngine } from '../test/support/docker-engine.ts';
import { makeNetworkNamespace, type NetworkNamespace } from '../test/support/network-namespace.ts';
import { startTestAgent, type TestAgent } from '../test/support/test-agent.ts';
import { createEnvironmentNetworks } from './adapters/runtime/docker/environment-networks.ts';
import { parseSubnet } from './adapters/runtime/docker/free-subnet.ts';
import { networkIsolationOf } from './app-doctor-engine.ts';
import { createNetworkCheck } from './features/doctor/index.ts';

// Engines in a network of their own: one that any other test starts on this machine would take these rules away too.

const range = '10.201.0.0/16';
let namespace: NetworkNamespace;
let docker: DockerEngine;
let agent: TestAgent;
let networks: string[];
beforeAll(async () => {
  [namespace, agent] = await Promise.all([makeNetworkNamespace(), startTestAgent()]);
  docker = await startDockerEngine({ namespace: namespace.name });
});
afterAll(async () => {
  await docker?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  await agent?.[Symbol.asyncDispose]();
});

interface View {
  path?: string;
  runtime?: 'auto' | 'process';
  host?: string;
}

/** As the doctor finds them who looks at the firewall of this network, by the `iptables` of this folder. */
function findings(
  of: NetworkNamespace = namespace,
  { path = of.folder, runtime = 'auto', host = docker.host }: View = {},
) {
  const config = { runtime, docker: { host, networks: range } };
  const { listInterfaces } = of;
  const check = createNetworkCheck((signal) =>
    networkIsolationOf({ config, agent: agent.client, hostEnvironment: { PATH: path }, listInterfaces }, signal),
  );
  return check(AbortSignal.timeout(30_000));
}

/** Makes the networks of two environments, as a deployment does. */
async function makeNetworks(of: DockerEngine = docker): Promise<string[]> {
  const signal = AbortSignal.timeout(60_000);
  const pool = parseSubnet(range) ?? { first: 0, last: 0 };
  const engine = createEngineClient(parseDockerHost(of.host) as EngineAddress);
  const installation = async () => (await agent.client.info()).id;
  try {
    const networksOf = createEnvironmentNetworks({ engine, installation, pool });
    const nameOf = async (environmentId: string) => {
      const id = await networksOf.inPlace(environmentId, async (place) => place.id, signal);
      return (await of.docker('network', 'inspect', '-f', '{{.Name}}', id)).trim();
    };
    return [await nameOf('env_one'), await nameOf('env_two')];
  } finally {
    engine.close();
  }
}

const check = 'runtime.networks';
const apart = [{ check, state: 'ok', detail: 'The firewall keeps 2 apart from others.', mend: null }];
const notApart = (...names: string[]) => [
  {
    check,
    state: 'fail',
    detail: expect.toSatisfy((detail: string) =>
      networks.every((name) => detail.includes(name) === names.includes(name)),
    ),
    mend: expect.stringContaining('systemctl restart docker'),
  },
];

test('networks of environments are kept apart by the engine; others are not looked at', async () => {
  await docker.docker('network', 'create', 'foreign');
  expect(await findings()).toEqual([]);
  networks = await makeNetworks();
  expect(await findings()).toMatchObject(apart);
});

test('a network whose rule was taken away is found, until it is there again', async () => {
  const [, two = ''] = networks;
  const id = await docker.docker('network', 'inspect', '-f', '{{.Id}}', two);
  const rule = ['DOCKER-ISOLATION-STAGE-2', '-o', `br-${id.slice(0, 12)}`, '-j', 'DROP'];
  await namespace.iptables('-D', ...rule);
  expect(await findings()).toMatchObject(notApart(two));
  await namespace.iptables('-I', ...rule);
  expect(await findings()).toMatchObject(apart);
});

test('a second engine that starts takes the rules away, until the first is started anew', async () => {
  const second = await startDockerEngine({ namespace: namespace.name });
  expect(await findings()).toMatchObject(notApart(...networks));
  await second[Symbol.asyncDispose]();
  expect(await findings()).toMatchObject(notApart(...networks));
  await docker.restart('SIGTERM');
  expect(await findings()).toMatchObject(apart);
});

test('nothing is said where rules cannot be read, are those of another network, or there is no engine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-doctor-'));
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const argv = ['exec', 'ip', 'netns', 'exec', namespace.name, ...asNobody, '/usr/sbin/iptables', '"$@"'];
  const script = `#!/bin/sh\n${argv.join(' ')}\n`;
  await writeFile(join(folder, 'iptables'), script);
  await chmod(join(folder, 'iptables'), 0o755);
  await using other = await makeNetworkNamespace();
  expect(await findings(namespace, { path: folder })).toEqual([]);
  expect(await findings(other)).toEqual([]);
  expect(await findings(namespace, { runtime: 'process' })).toEqual([]);
  expect(await findings(namespace, { host: `unix://${folder}/nothing.sock` })).toEqual([]);
  await rm(folder, { recursive: true });
});

test('an engine that writes no rules is found, until it is started with them', async () => {
  await using own = await makeNetworkNamespace();
  const argv = ['--iptables=false'];
  await using engine = await startDockerEngine({ namespace: own.name, argv });
  expect(await findings(own, { host: engine.host })).toEqual([]);
  const names = await makeNetworks(engine);
  const found = await findings(own, { host: engine.host });
  expect(found).toMatchObject([{ check, state: 'fail', mend: expect.stringContaining('--iptables=false') }]);
  expect(found[0]?.detail).toMatch(/^No rule of the firewall names them: /);
  for (const name of names) expect(found[0]?.detail).toContain(name);
  argv.pop();
  await engine.restart('SIGTERM');
  expect(await findings(own, { host: engine.host })).toMatchObject(apart);
});

import { randomBytes } from 'node:crypto';
import { createEngineClient, type EngineAddress, type EngineClient, parseDockerHost } from '@davit/agent/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { createEnvironmentNetworks } from './environment-networks.ts';
import { parseSubnet } from './free-subnet.ts';
import { label } from './instance-labels.ts';

// One network for each environment, also where several servers use one engine.

const { signal } = new AbortController();
const own = randomBytes(8).toString('hex');
const range = parseSubnet('10.214.0.0/16') ?? { first: 0, last: 0 };

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let engine: EngineClient;
beforeAll(async () => {
  docker = await sharedDocker();
  engine = createEngineClient(parseDockerHost(docker.host) as EngineAddress);
});
afterAll(() => engine?.close());

/** As each server has them for itself. */
const openNetworks = () => createEnvironmentNetworks({ engine, installation: async () => own, pool: range });

const filterOf = (environmentId: string) => ['--filter', `label=${label.environment}=${environmentId}`];
const list = async (environmentId: string) =>
  (await docker.docker('network', 'ls', '-q', '--no-trunc', ...filterOf(environmentId))).split('\n').filter(Boolean);

/** A container there that sleeps. @returns the id of its network */
async function start(networks: ReturnType<typeof openNetworks>, environmentId: string): Promise<string> {
  const labels = [`${label.installation}=${own}`, `${label.environment}=${environmentId}`];
  for (let attempt = 1; ; attempt++) {
    try {
      return await networks.inPlace(
        environmentId,
        async ({ id, address }) => {
          const flags = [
            `--network=${id}`,
            `--ip=${address}`,
            ...[...labels, `${label.address}=${address}`].map((text) => `--label=${text}`),
          ];
          await docker.docker('run', '-d', '--rm', ...flags, 'debian:12', 'sleep', '600');
          return id;
        },
        signal,
      );
    } catch (error) {
      // As who starts containers does, when another was faster.
      if (attempt === 5) throw error;
    }
  }
}

async function end(environmentId: string): Promise<void> {
  const running = (await docker.docker('ps', '-aq', ...filterOf(environmentId))).split('\n').filter(Boolean);
  await docker.docker('rm', '-f', ...running);
  await openNetworks().removeEmpty(environmentId, signal);
}

/** A second network of the same name and labels, as another server has made it at the same moment. */
async function makeTwin(environmentId: string, subnet: string): Promise<string> {
  const Labels = { [label.installation]: own, [label.environment]: environmentId };
  const Name = `davit-${own.slice(0, 8)}-${environmentId}`;
  const body = { Name, CheckDuplicate: false, Driver: 'bridge', IPAM: { Config: [{ Subnet: subnet }] }, Labels };
  const { Id } = (await engine.call('/networks/create', { method: 'POST', body, signal })) as { Id: string };
  return Id;
}

test('servers that make the first network of an environment at once end up with one, and all containers in it', async () => {
  const servers = [openNetworks(), openNetworks(), openNetworks(), openNetworks()];
  const used = await Promise.all(servers.map((networks) => start(networks, 'env_race')));
  // Whoever comes next sees whatever is left of the race.
  used.push(await start(openNetworks(), 'env_race'));
  expect(await list('env_race')).toEqual([used[0]]);
  expect(new Set(used).size).toBe(1);
  await end('env_race');
  expect(await list('env_race')).toEqual([]);
});

test('a second network of an environment goes as soon as somebody looks, and what is in the first stays', async () => {
  const used = await start(openNetworks(), 'env_twin');
  await makeTwin('env_twin', '10.214.202.0/28');
  expect(await list('env_twin')).toHaveLength(2);
  expect(await start(openNetworks(), 'env_twin')).toBe(used);
  expect(await list('env_twin')).toEqual([used]);
  await end('env_twin');
});

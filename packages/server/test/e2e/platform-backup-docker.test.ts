import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { startPlatform } from '../support/platform.ts';
import { runAdmin } from '../support/run-admin.ts';
import { startServerProcess } from '../support/server-process.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// The whole platform is restored where the engine is another one, which has none of the images that were built.

const app = (answer: string) => ({
  Dockerfile: 'FROM node:24-slim\nCOPY server.js /srv/\nCMD ["node", "/srv/server.js"]\n',
  'server.js': `require('node:http').createServer((_, answer) => answer.end('${answer}')).listen(process.env.PORT);`,
});

test('services that ran as images of no registry are built again where the engine does not have them', {
  timeout: 300_000,
}, async () => {
  const { host, docker } = await sharedDocker();
  const kept = await mkdtemp(join(tmpdir(), 'davit-kept-'));
  try {
    const settings = { RUNTIME: 'docker', DOCKER_HOST: host };
    const services: Record<string, ServiceView> = {};
    {
      await using platform = await startPlatform({ environment: settings });
      const { api, dataDir, database } = platform;
      const { id } = await api.createProject('shop');
      // The one that is still there is another image: BuildKit makes the same bytes of the same source.
      for (const name of ['gone', 'there', 'rests']) {
        const service = await api.createService(id, { name });
        services[name] = service;
        const deployment = await deployFiles(api, service.id, app(name));
        expect(deployment, (await api.outputOf(deployment.runId)).join('\n')).toMatchObject({ status: 'active' });
      }
      await api.done('POST', `/v1/services/${services['rests']?.id}/stop`, {});
      const environment = { ...settings, DATA_DIR: dataDir, DATABASE_URL: database.connectionString };
      const to = join(kept, 'a.davit-backup');
      expect(await runAdmin('backup', environment, { to })).toMatchObject({ exitCode: 0 });
      await cp(join(dataDir, 'root-key'), join(kept, 'root-key'));
      // The machine is gone, with its containers.
      await platform.kill();
      const { id: installation } = await platform.agent.info();
      const containers = await docker('ps', '-aq', '--filter', `label=davit.installation=${installation}`);
      await docker('rm', '-f', ...containers.trim().split('\n'));
      const image = await docker('images', '-q', '--filter', `label=davit.image.service=${services['gone']?.id}`);
      await docker('rmi', '-f', image.trim());
    }

    await using restored = await startServerProcess(settings, {
      async prepare({ DATA_DIR }) {
        await cp(join(kept, 'root-key'), join(DATA_DIR, 'root-key'));
        const done = await runAdmin('restore', { ...settings, DATA_DIR }, { file: join(kept, 'a.davit-backup') });
        expect(done).toMatchObject({ exitCode: 0, value: { servicesToBuild: 0, servicesToLookFor: 2 } });
        expect(done.text).toContain('2 services ran from an image that was built here and is in no registry');
      },
      signIn: (api) => api.login('owner@example.com', 'correct horse battery'),
    });
    const { api } = restored;
    const bodyOf = async (name: string) => {
      const { url } = await api.done<ServiceView>('GET', `/v1/services/${services[name]?.id}`);
      const answer = await visit(url).catch(() => undefined);
      return answer?.status === 200 ? answer.body : undefined;
    };
    for (const name of ['gone', 'there']) {
      expect(await waitUntil(`${name} serves again`, () => bodyOf(name))).toBe(name);
    }
    const deploymentsOf = async (name: string) =>
      (await api.done<{ items: { runId: string }[] }>('GET', `/v1/services/${services[name]?.id}/deployments`)).items;
    const [again, ...former] = await deploymentsOf('gone');
    expect(former).toHaveLength(1);
    expect(await api.outputOf(again?.runId ?? '')).toContainEqual(
      expect.stringMatching(/^davit was restored from a backup of .* it is built again\.$/),
    );
    // What the engine has is started as it is, and what rested rests.
    expect(await deploymentsOf('there')).toHaveLength(1);
    expect(await deploymentsOf('rests')).toHaveLength(1);
  } finally {
    await rm(kept, { recursive: true, force: true });
  }
});

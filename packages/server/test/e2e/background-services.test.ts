import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { waitUntil } from '../support/wait-until.ts';

// What runs beside the web: workers, scheduled commands and the command of a release.

let platform: Platform;
let projectId: string;

beforeAll(async () => {
  platform = await startPlatform();
  projectId = (await platform.api.createProject('background')).id;
});

afterAll(() => platform[Symbol.asyncDispose]());

const script = (content: string, start = 'node main.js') => ({
  'package.json': JSON.stringify({ private: true, scripts: { start } }),
  'main.js': content,
});

async function logsOf(service: ServiceView): Promise<string[]> {
  const page = await platform.api.done<{ lines: { content: string }[] }>('GET', `/v1/services/${service.id}/logs`);
  return page.lines.map(({ content }) => content);
}

describe('a worker', () => {
  test('runs without a port and without an address', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, { name: 'mailer', kind: 'worker', settings: { replicas: 2 } });
    expect(service.url).toBeNull();
    const deployment = await deployFiles(
      api,
      service.id,
      script(`console.log('port', process.env.PORT, process.env.DAVIT_PROCESS); setInterval(() => {}, 1000);`),
    );
    expect(deployment).toMatchObject({ status: 'active' });
    const instances = await api.instances(service.id);
    expect(instances.map(({ state, address }) => ({ state, address }))).toEqual([
      { state: 'running', address: null },
      { state: 'running', address: null },
    ]);
    const lines = await waitUntil('both to say something', async () => {
      const all = await logsOf(service);
      return all.length >= 2 && all;
    });
    expect(new Set(lines)).toHaveLength(1);
    expect(lines[0]).toMatch(/^port undefined (web|worker)$/);
  });

  test('that ends at once is a failed deployment', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, { name: 'lazy', kind: 'worker' });
    const deployment = await deployFiles(api, service.id, script(`console.log('nothing to do')`));
    expect(deployment).toMatchObject({ status: 'failed', errorCode: 'INSTANCE_EXITED' });
    expect(await api.outputOf(deployment.runId)).toContain('nothing to do');
    expect(await api.instances(service.id)).toEqual([]);
  });

  test('that ends later is started again', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, { name: 'restless', kind: 'worker' });
    const main = `const { existsSync } = require('node:fs'); setInterval(() => existsSync('end') && process.exit(1), 50);`;
    const deployment = await deployFiles(api, service.id, script(main));
    expect(deployment).toMatchObject({ status: 'active' });
    await writeFile(join(platform.dataDir, 'builds', service.id, deployment.id, 'end'), '');
    await waitUntil('a restart', async () => ((await api.instances(service.id))[0]?.restarts ?? 0) > 0);
  });
});

describe('a release command', () => {
  test('runs once before the release starts, with the variables of the service', async () => {
    const { api } = platform;
    const releaseCommand = 'echo "migrate $DATABASE of $DAVIT_SERVICE_NAME ($DAVIT_PROCESS)" && echo done > migrated';
    const service = await api.createService(projectId, {
      name: 'shop',
      settings: { releaseCommand, replicas: 2 },
    });
    await api.done('POST', `/v1/services/${service.id}/env`, { name: 'DATABASE', value: 'books' });
    const server = nodeServer(
      `'ok'`,
      `console.log('migrated:', process.getBuiltinModule('fs').existsSync('migrated'));`,
    );
    const deployment = await deployFiles(api, service.id, server);
    const output = await api.outputOf(deployment.runId);
    expect(deployment, output.join('\n')).toMatchObject({ status: 'active' });
    expect(output.filter((line) => line === 'migrate books of shop (release)')).toHaveLength(1);
    await waitUntil('both instances to have seen it', async () => {
      return (await logsOf(service)).filter((line) => line === 'migrated: true').length === 2;
    });
  });
});

describe('a cron service', () => {
  interface RunItem {
    id: string;
    state: string;
    reason: string | null;
    errorCode: string | null;
    createdAt: string;
  }

  const runsOf = async (service: ServiceView): Promise<RunItem[]> =>
    (
      await platform.api.done<{ items: RunItem[] }>(
        'GET',
        `/v1/runs?kind=cron.run&subject=${encodeURIComponent(`${service.id}:cron`)}`,
      )
    ).items;

  const ended = (service: ServiceView, count: number) =>
    waitUntil(`${count} scheduled runs`, async () => {
      const runs = (await runsOf(service)).filter(({ state }) => !['queued', 'running'].includes(state));
      return runs.length >= count && runs;
    });

  test('runs its command at its times, with the variables of its release, until it is stopped', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, {
      name: 'nightly',
      kind: 'cron',
      settings: { schedule: '*/2 * * * * *' },
    });
    await api.done('POST', `/v1/services/${service.id}/env`, { name: 'REPORT', value: 'sales' });
    const deployment = await deployFiles(api, service.id, script(`console.log('report:', process.env.REPORT)`));
    expect(deployment).toMatchObject({ status: 'active' });
    expect(await api.instances(service.id)).toEqual([]);

    const runs = await ended(service, 2);
    expect(runs.map(({ state }) => state)).not.toContain('failed');
    expect(await api.outputOf(runs[0]?.id ?? '')).toContain('report: sales');
    const seconds = runs.map(({ createdAt }) => new Date(createdAt).getTime());
    expect(new Set(seconds).size).toBe(runs.length);

    const { runId } = await api.done<{ runId: string }>('POST', `/v1/services/${service.id}/stop`);
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    const stopped = (await runsOf(service)).length;
    const other = await api.createService(projectId, {
      name: 'control',
      kind: 'cron',
      settings: { schedule: '* * * * * *' },
    });
    await deployFiles(api, other.id, script(`console.log('tick')`));
    await ended(other, 3);
    expect((await runsOf(service)).length - stopped).toBeLessThanOrEqual(1);
    await api.done('DELETE', `/v1/services/${other.id}`);
  });

  test('that is stopped ends the command that it runs at that moment', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, {
      name: 'endless',
      kind: 'cron',
      settings: { schedule: '* * * * * *' },
    });
    await deployFiles(api, service.id, script(`console.log('begun'); setInterval(() => {}, 1000);`));
    const run = await waitUntil('its command to begin', async () => {
      const [running] = (await runsOf(service)).filter(({ state }) => state === 'running');
      return running !== undefined && (await api.outputOf(running.id)).includes('begun') && running;
    });
    const command = `${run.id}-cron`;
    expect((await platform.agent.getCommand(command)).state).toBe('running');
    const { runId } = await api.done<{ runId: string }>('POST', `/v1/services/${service.id}/stop`);
    expect(await api.runEnded(runId)).toMatchObject({ state: 'succeeded' });
    expect(await api.runEnded(run.id)).toMatchObject({ state: 'canceled' });
    await expect(platform.agent.getCommand(command)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  });

  test('keeps the schedule that it was deployed with until it is deployed again', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, {
      name: 'often',
      kind: 'cron',
      settings: { schedule: '* * * * * *' },
    });
    await deployFiles(api, service.id, script(`console.log('tick')`));
    await ended(service, 1);
    await api.done('PATCH', `/v1/services/${service.id}`, { settings: { schedule: '0 0 1 1 *' } });
    const count = (await runsOf(service)).length;
    await ended(service, count + 2);
    await api.settled((await api.deploy(service.id)).id);
    const due = await waitUntil('no run to be under way', async () => {
      const runs = await runsOf(service);
      return runs.every(({ state }) => !['queued', 'running'].includes(state)) && runs.length;
    });
    const control = await api.createService(projectId, {
      name: 'meanwhile',
      kind: 'cron',
      settings: { schedule: '* * * * * *' },
    });
    await deployFiles(api, control.id, script(`console.log('tick')`));
    await ended(control, 3);
    expect((await runsOf(service)).length).toBe(due);
    await api.done('DELETE', `/v1/services/${control.id}`);
  });

  test('whose command fails has a failed run that says so', async () => {
    const { api } = platform;
    const service = await api.createService(projectId, {
      name: 'broken',
      kind: 'cron',
      settings: { schedule: '* * * * * *' },
    });
    await deployFiles(api, service.id, script(`console.error('no paper'); process.exit(4);`));
    const [run] = await ended(service, 1);
    expect(run).toMatchObject({ state: 'failed', errorCode: 'CRON_COMMAND_FAILED' });
    expect(run?.reason).toContain('exit code 4');
    expect(await api.outputOf(run?.id ?? '')).toContain('no paper');
  });
});

import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiCaller, type ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../support/deploy-files.ts';
import { freePort } from '../support/free-port.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { runAdmin } from '../support/run-admin.ts';
import { startS3Server } from '../support/s3-server.ts';
import { startServerProcess } from '../support/server-process.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// The whole platform is backed up, restored on an empty one, and upgraded: with a service, variables, secrets, a credential.

const password = 'correct horse battery';
const version = (text: string) => nodeServer(`'${text} ' + process.env.API_KEY`);

let platform: Platform;
let kept: string;
let shop: ServiceView;
let environment: Record<string, string>;

beforeAll(async () => {
  kept = await mkdtemp(join(tmpdir(), 'davit-kept-'));
  const settings = {
    BACKUP_TO: join(kept, 'backups'),
    BACKUP_KEEP: '2',
    OPEN_REGISTRATION: 'true',
    ACME_DIRECTORY_URL: 'https://127.0.0.1:1/directory',
    PROXY_PORT: String(await freePort()),
  };
  platform = await startPlatform({ environment: settings });
  const { api, dataDir, database } = platform;
  environment = { ...settings, RUNTIME: 'process', DATA_DIR: dataDir, DATABASE_URL: database.connectionString };
  const { id } = await api.createProject('shop');
  shop = await api.createService(id, { name: 'web' });
  await api.done('POST', `/v1/services/${shop.id}/env`, { name: 'API_KEY', value: 'a secret of the shop' });
  await api.done('POST', '/v1/credentials', {
    name: 'cloud',
    provider: 'aws',
    data: {
      accountId: '123456789012',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  });
  expect(await deployFiles(api, shop.id, version('first'))).toMatchObject({ status: 'active' });
  expect(await deployFiles(api, shop.id, version('second'))).toMatchObject({ status: 'active' });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(kept, { recursive: true, force: true });
});

interface BackupList {
  items: { name: string; bytes: number; madeAt: string }[];
}
const backups = async () => (await platform.api.done<BackupList>('GET', '/v1/platform/backups')).items;

async function backUp(): Promise<string[]> {
  const { runId } = await platform.api.done<{ runId: string }>('POST', '/v1/platform/backups');
  const run = await waitUntil('the backup ends', async () => {
    const found = await platform.api.done<{ state: string; reason: string }>('GET', `/v1/platform/runs/${runId}`);
    return found.state === 'queued' || found.state === 'running' ? undefined : found;
  });
  expect(run).toMatchObject({ state: 'succeeded' });
  const output = await platform.api.done<{ lines: { content: string }[] }>('GET', `/v1/platform/runs/${runId}/output`);
  return output.lines.map(({ content }) => content);
}

test('an operator has the server make backups, of which the newest are kept', async () => {
  expect(await platform.api.done('GET', '/v1/platform/backup-status')).toMatchObject({ isOld: true, newestAt: null });
  const lines = await backUp();
  expect(lines.join('\n')).toMatch(/variables: \d+ rows?, [\s\S]+uploads\/org_[\s\S]+kept in/);
  const [first] = await backups();
  await backUp();
  await backUp();
  const left = await backups();
  expect(left).toHaveLength(2);
  expect(left.map(({ name }) => name)).not.toContain(first?.name);
  expect(await platform.api.done('GET', '/v1/platform/backup-status')).toMatchObject({
    isOld: false,
    keep: 2,
    lastRun: { state: 'succeeded' },
  });
});

test('the owner of another organization is no operator: nothing of the platform is theirs', async () => {
  const stranger = createApiCaller(() => platform.url);
  await stranger.register({ email: 'stranger@example.com', password, name: 'Stranger' });
  for (const [method, path] of [
    ['GET', '/v1/platform/backups'],
    ['POST', '/v1/platform/backups'],
    ['GET', '/v1/platform/backup-status'],
    ['GET', '/v1/platform/doctor'],
    ['GET', '/v1/platform/runs/run_1'],
    ['GET', '/v1/platform/runs/run_1/output'],
    ['GET', '/v1/platform/runs/run_1/stream'],
  ] as const) {
    const { status, body } = await stranger.call(method, path);
    expect([path, status, body['code']]).toEqual([path, 403, 'PERMISSION_DENIED']);
  }
  expect(await stranger.done('GET', '/auth/me')).toMatchObject({ isOperator: false });
  expect(await platform.api.done('GET', '/auth/me')).toMatchObject({ isOperator: true });
});

test('the doctor says the same from the server and from the machine', { timeout: 120_000 }, async () => {
  const report = await platform.api.done<{ findings: { check: string; state: string }[] }>(
    'GET',
    '/v1/platform/doctor',
  );
  const states = new Map(report.findings.map(({ check, state }) => [check, state]));
  for (const check of [
    'server.running',
    'database.reachable',
    'database.schema',
    'clock.database',
    'root-key.canary',
    'runtime.agent',
    'runtime.agent-build',
    'proxy.port',
    'backups.age',
    'leftover.processes',
    'tools.git',
  ]) {
    expect([check, states.get(check)]).toEqual([check, 'ok']);
  }
  const local = await runAdmin('doctor', environment);
  const localChecks = ((local.value?.['findings'] ?? []) as { check: string }[]).map(({ check }) => check);
  expect(localChecks).toEqual(report.findings.map(({ check }) => check));
  expect(local.exitCode).toBe(0);
});

/** A deployment of a cloud resource that was previewed, and that anyone may approve. */
async function addWaitingDeployment({ database }: Platform): Promise<void> {
  const manifest = {
    apiVersion: 'aws.project-planton.org/v1',
    kind: 'AwsS3Bucket',
    metadata: { name: 'asks' },
    spec: {},
  };
  const outcome = { state: 'canceled', reason: 'Nobody decided.', errorCode: null };
  await database.pool.query(
    `with r as (
      insert into cloud_resources
        (id, organization_id, environment_id, kind, name, manifest, stack_organization, stack_project, stack_name, passphrase)
      select 'res_asks', organization_id, environment_id, 'AwsS3Bucket', 'asks', $2, 'o', 'p', 's', '' from services where id = $1
      returning *
    ), run as (
      insert into runs (id, organization_id, kind, subject, input, timeout_ms, state, started_at, waiting_since, wait_until, wait_outcome)
      select 'run_asks', organization_id, 'stack.deploy', id, $3, 60000, 'waiting', now(), now(), now() + interval '7 days', $4 from r
    ), updated as (
      insert into stack_updates (id, organization_id, cloud_resource_id, run_id, operation, manifest)
      select 'stu_asks', organization_id, id, 'run_asks', 'deploy', $2 from r
    )
    insert into stack_update_approvals (stack_update_id, organization_id, required, state, changes, state_version, requested_at)
    select 'stu_asks', organization_id, 'anyone', 'waiting', '{"create": 1}', 0, now() from r`,
    [shop.id, manifest, { cloudResourceId: 'res_asks', stackUpdateId: 'stu_asks' }, outcome],
  );
}

test('an installation with a PostgreSQL of its own is rebuilt from a backup in a bucket: it serves, and is deployed to', {
  timeout: 300_000,
}, async () => {
  // Under way when the backup is made: it must not be repeated in another life.
  await platform.database.pool.query(
    `insert into runs (id, organization_id, kind, subject, input, timeout_ms, run_at)
     select 'run_waits', organization_id, 'service.stop', $1, $2, 60000, now() + interval '1 hour' from services where id = $1`,
    [shop.id, { serviceId: shop.id }],
  );
  await addWaitingDeployment(platform);
  await using bucket = await startS3Server();
  await bucket.createBucket('davit');
  const access = {
    BACKUP_S3_ENDPOINT: bucket.endpoint,
    BACKUP_S3_ACCESS_KEY_ID: bucket.accessKeyId,
    BACKUP_S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
  };
  const made = await runAdmin('backup', { ...environment, ...access }, { to: 's3://davit/kept' });
  expect(made).toMatchObject({ exitCode: 0, value: { name: expect.stringMatching(/davit-backup$/) } });
  const file = `s3://davit/kept/${String(made.value?.['name'])}`;
  await platform.database.pool.query(`delete from runs where id in ('run_waits', 'run_asks');
    delete from cloud_resources where id = 'res_asks'`);

  await using restored = await startServerProcess(
    {},
    {
      async prepare({ DATA_DIR: into }) {
        const there = { DATA_DIR: into, ...access };
        expect(await runAdmin('restore', there, { file: `${file}-not` })).toMatchObject({ exitCode: 1 });
        expect(await runAdmin('restore', there, { file })).toMatchObject({ code: 'ROOT_KEY_MISSING' });
        await cp(join(platform.dataDir, 'root-key'), join(into, 'root-key'));
        const done = await runAdmin('restore', there, { file });
        expect(done).toMatchObject({ exitCode: 0, value: { servicesToBuild: 1, canceledRuns: 2 } });
        expect(await readdir(into)).not.toContain('builds');
        // What was fetched from the bucket is gone, and a second time is refused.
        expect(await readdir(join(into, 'backup-work'))).toEqual([]);
        expect(await runAdmin('restore', there, { file })).toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
      },
      signIn: (api) => api.login('owner@example.com', password),
    },
  );
  const { api } = restored;
  // What was previewed then may be another thing now.
  expect(await api.call('POST', '/v1/stack-updates/stu_asks/approve', {})).toMatchObject({
    status: 409,
    body: { code: 'STACK_UPDATE_DECIDED' },
  });
  const asked = await waitUntil('the deployment ends', async () => {
    const update = await api.done<{ status: string }>('GET', '/v1/stack-updates/stu_asks');
    return update.status === 'canceled' ? update : undefined;
  });
  expect(asked).toMatchObject({
    reason: expect.stringContaining('restored from a backup'),
    approval: { state: 'discarded', decidedBy: null },
  });
  // Nobody asked for it: what ran is built again, from the same source.
  const again = await waitUntil('the service serves again', async () => {
    const service = await api.done<ServiceView>('GET', `/v1/services/${shop.id}`);
    const answer = await visit(service.url).catch(() => undefined);
    return answer?.status === 200 ? answer.body : undefined;
  });
  expect(again).toBe('second a secret of the shop');
  const services = await api.done<{ items: { status: string }[] }>('GET', `/v1/services/${shop.id}/deployments`);
  expect(services.items).toHaveLength(3);
  expect((await api.done<{ items: unknown[] }>('GET', `/v1/services/${shop.id}/rollback-candidates`)).items).toEqual(
    [],
  );
  expect(
    await waitUntil('the run is canceled', async () => {
      const run = await api.done<{ state: string }>('GET', '/v1/runs/run_waits');
      return run.state === 'canceled' ? run : undefined;
    }),
  ).toMatchObject({ state: 'canceled' });
  const credentials = await api.done<{ items: { name: string }[] }>('GET', '/v1/credentials');
  expect(credentials.items.map(({ name }) => name)).toEqual(['cloud']);
  expect(await deployFiles(api, shop.id, version('third'))).toMatchObject({ status: 'active', number: 4 });
  const after = await api.done<ServiceView>('GET', `/v1/services/${shop.id}`);
  expect((await visit(after.url)).body).toBe('third a secret of the shop');
  expect(await api.done('GET', '/auth/me')).toMatchObject({ isOperator: true });
});

test('a newer davit over an older database: applications serve, and what was queued is done', {
  timeout: 300_000,
}, async () => {
  const { api, database } = platform;
  const visitor = startSteadyVisitor(shop.url, { visitors: 2, pauseMs: 5 });
  // Held back until the newer one is there: the older one is ended before it takes it.
  await database.pool.query(
    `insert into runs (id, kind, subject, state, timeout_ms, lease_expires_at, lease_token, started_at)
    select 'run_hold', 'deployment.create', $1, 'running', 600000, now() + interval '1 hour', gen_random_uuid(), now()`,
    [shop.id],
  );
  const { id } = await startDeployment(api, shop.id, version('after the upgrade'));
  await platform.kill();
  // What the migrations of this version have made is taken back: the database of the version before.
  await database.pool.query(`drop table platform_operators;
    delete from schema_migrations where name like '%-create-platform-operators';
    delete from runs where id = 'run_hold'`);
  await platform.start();
  expect(await api.settled(id)).toMatchObject({ status: 'active' });
  expect((await visit(shop.url)).body).toBe('after the upgrade a secret of the shop');
  const { failures } = await visitor.stop();
  expect(failures).toEqual([]);
  // Who claimed it before there were operators is one.
  expect(await api.done('GET', '/auth/me')).toMatchObject({ isOperator: true });
});

test('a doctor at an installation whose server is gone says what still runs, and fails for what does not', {
  timeout: 120_000,
}, async () => {
  await platform.kill();
  try {
    const report = await runAdmin('doctor', { ...environment, ROOT_KEY: Buffer.alloc(32, 7).toString('hex') });
    expect(report.exitCode).toBe(1);
    const findings = report.value?.['findings'] as { check: string; state: string; mend: string | null }[];
    const found = (check: string) => findings.find((finding) => finding.check === check);
    expect(found('server.running')).toMatchObject({ state: 'warn', mend: expect.stringContaining('davit up') });
    expect(found('root-key.canary')).toMatchObject({ state: 'fail', mend: expect.stringContaining('ROOT_KEY') });
    expect(found('runtime.agent')).toMatchObject({ state: 'ok' });
    expect(found('proxy.port')).toMatchObject({ state: 'ok' });
  } finally {
    await platform.start();
  }
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertFailedPlatformRun } from '../../server/test/support/failed-platform-run.ts';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand();
  await stand.app.register('anna@example.org');
});
afterAll(() => stand[Symbol.asyncDispose]());

const davit = (...words: string[]) => stand.davit(words);

const operators = (...words: string[]) => davit('admin', 'operators', ...words);

test('an operator appoints another and removes them again, and is told that the last one stays', async () => {
  expect(await operators('add', 'anna@example.org')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('anna@example.org operates'),
  });
  expect((await operators('list', '--quiet')).stdout).toBe('owner@example.org\nanna@example.org\n');
  expect((await operators('remove', 'Anna@example.org')).code).toBe(0);
  expect((await operators('remove', 'anna@example.org')).stderr).toContain('does not operate this installation');
  const last = await operators('remove', 'owner@example.org');
  expect(last).toMatchObject({ code: 1, stdout: '' });
  expect(last.stderr).toContain('Appoint another operator first');
  expect((await operators('add', 'nobody@example.org')).code).toBe(4);
});

test('what was done is in the audit log, by its action and its time', async () => {
  const { code, stdout } = await davit('audit', '--action', 'operator.', '--since', '1h');
  expect([code, stdout.split('\n')[0]?.split(/\s+/)]).toEqual([
    0,
    ['AT', 'RESULT', 'ACTION', 'SUBJECT', 'BY', 'FROM', 'WHY', 'NOT'],
  ]);
  expect(stdout).toMatch(/done +operator\.appoint/);
  expect(stdout).not.toContain('api_token.create');
  expect((await davit('audit', '--until', '2020-01-01')).stdout).toContain('Nothing like that');
  expect((await davit('audit', '--result', 'failed', '--action', 'operator.')).stdout).toMatch(
    /failed +operator\.remove .* OPERATOR_LAST$/m,
  );
  expect((await davit('audit', '--from', '192.0.2.1')).stdout).toContain('Nothing like that');
  expect(await davit('audit', '--result', 'good')).toMatchObject({ code: 2, stdout: '' });
  await stand.app.call('POST', '/auth/login', { email: 'unknown@example.org', password: 'wrong' });
  expect((await davit('audit', '--platform')).stdout).toMatch(/refused +auth\.login +anonymous +127\.0\.0\.1/);
  expect(await davit('audit', '--since', 'yesterday')).toMatchObject({ code: 2, stdout: '' });
});

test('an operator is told what fills the disk, and that images are pushed to no registry', async () => {
  const { code, stdout } = await davit('admin', 'storage', '--json');
  expect(code).toBe(0);
  const { parts } = JSON.parse(stdout) as { parts: { name: string; bytes: number }[] };
  expect(parts.find(({ name }) => name === 'database')?.bytes).toBeGreaterThan(1_000_000);
  expect((await davit('admin', 'storage')).stdout).toMatch(/^database +[\d.]+ MiB/m);
  expect((await davit('admin', 'images')).stdout).toBe('Nothing was built yet.\n');
  expect((await davit('admin', 'registry')).stdout).toContain('pushed to no registry');
  const tried = await davit('admin', 'registry', '--test');
  expect([tried.code, tried.stdout]).toEqual([1, '']);
  expect(tried.stderr).toContain('Set REGISTRY_URL');
  // Nobody can be asked here.
  expect(await davit('admin', 'storage', '--collect')).toMatchObject({ code: 2, stdout: '' });
});

test('why the last backup and the last collection failed is told with what to do about it, of the case or of its code', async () => {
  const reason = '/mnt/backups is full.';
  const hint = 'Free room there, or name another folder.';
  await insertFailedPlatformRun(stand.database, { kind: 'platform.backup', reason, code: 'OBJECT_STORE_FAILED', hint });
  const backups = await davit('admin', 'backups');
  expect(backups.stderr).toContain(`the last one failed: ${reason}\n  hint: ${hint}\n`);
  const { status } = JSON.parse((await davit('admin', 'backups', '--json')).stdout) as { status: object };
  expect(status).toMatchObject({ lastRun: { state: 'failed', reason, errorCode: 'OBJECT_STORE_FAILED', hint } });

  const fault = 'Not collected: uploads: it is away.';
  await insertFailedPlatformRun(stand.database, {
    kind: 'platform.collect',
    reason: fault,
    code: 'STORAGE_NOT_COLLECTED',
  });
  const storage = await davit('admin', 'storage');
  expect(storage.stderr).toMatch(/the last collection failed: Not collected: uploads: it is away\.\n {2}hint: \S/);
  const { lastCollection } = JSON.parse((await davit('admin', 'storage', '--json')).stdout) as {
    lastCollection: object;
  };
  expect(lastCollection).toMatchObject({
    state: 'failed',
    reason: fault,
    errorCode: 'STORAGE_NOT_COLLECTED',
    hint: expect.stringMatching(/\S/),
  });
});

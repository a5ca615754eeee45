import { access, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPlatform } from '../support/platform.ts';
import { runAdmin } from '../support/run-admin.ts';

// A unit's file with the settings of the server is not read by a shell.

interface FoundInDoctor {
  check: string;
  detail: string;
}

test('an operator’s command has the settings of the server; without its secrets it does nothing at all', {
  timeout: 300_000,
}, async () => {
  await using platform = await startPlatform({ environment: { BASE_URL: 'https://davit.test' } });
  const { dataDir, database } = platform;
  expect((await stat(join(dataDir, 'settings.json'))).mode & 0o777).toBe(0o600);
  const shell = { DATA_DIR: dataDir, DATABASE_URL: database.connectionString };
  const findingsOf = async (environment: Readonly<Record<string, string>>) =>
    (await runAdmin('doctor', environment)).value?.['findings'] as FoundInDoctor[];
  const details = (findings: FoundInDoctor[], wanted: string) =>
    findings.filter(({ check }) => check === wanted).map(({ detail }) => detail);

  const findings = await findingsOf(shell);
  expect(details(findings, 'certificate.panel').join()).toContain('davit.test');
  expect(details(findings, 'server.settings')).toEqual([]);
  const others = await findingsOf({ ...shell, BASE_URL: 'https://other.test' });
  expect(details(others, 'server.settings').join()).toContain('BASE_URL');

  // As the guide's order is: the server is stopped for a restore.
  const gone = new Promise((resolve) => platform.server.once('exit', resolve));
  platform.server.kill('SIGTERM');
  await gone;
  const file = 'a.davit-backup';
  for (const command of ['restore', 'doctor']) {
    expect(await runAdmin(command, { DATA_DIR: dataDir }, { file })).toMatchObject({
      exitCode: 1,
      code: 'SERVER_SETTINGS_MISSING',
      message: expect.stringContaining('DATABASE_URL'),
      hint: expect.stringContaining('. /etc/davit/server.env'),
    });
  }
  await expect(access(join(dataDir, 'postgres'))).rejects.toThrow('ENOENT');

  await writeFile(join(dataDir, 'settings.json'), '{"values":');
  expect(await runAdmin('restore', shell, { file })).toMatchObject({
    code: 'SERVER_SETTINGS_MISSING',
    message: expect.stringContaining('cannot be read'),
  });
});

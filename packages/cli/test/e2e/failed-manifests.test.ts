import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { type Ended, runDavit } from '../support/run-davit.ts';

// What a person is told of several cloud resources that fail at once.

let platform: Platform;
let folder: string;
beforeAll(async () => {
  platform = await startPlatform();
  folder = await mkdtemp(join(tmpdir(), 'davit-failed-'));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function davit(...argv: string[]): Promise<Ended> {
  const env = { HOME: process.env['HOME'] ?? '', XDG_CONFIG_HOME: folder, NO_COLOR: '1', DAVIT_URL: platform.url };
  return runDavit(argv, { cwd: folder, env: { ...env, DAVIT_TOKEN: platform.api.token ?? '' } });
}

test('what is wrong with the credential of several is told of each, and what to do about it once', async () => {
  const robot = (name: string) =>
    `apiVersion: v1\nkind: GcpServiceAccount\nmetadata: { name: ${name} }\nspec: { displayName: Robot }\n`;
  const names = ['one', 'two'];
  await mkdir(join(folder, 'robots'));
  for (const name of names) await writeFile(join(folder, 'robots', `${name}.yaml`), robot(name));
  const { code, stderr } = await davit('deploy', '-f', 'robots');
  expect(code).toBe(1);
  const advice = 'Create one: `davit credential create --name NAME --provider gcp`.';
  expect(stderr.slice(stderr.indexOf('error: '))).toBe(
    [
      'error: 2 of 2 failed:',
      "  GcpServiceAccount/one: no credential found for provider 'gcp'.",
      `    hint: ${advice}`,
      "  GcpServiceAccount/two: no credential found for provider 'gcp'.",
      'hint: `davit stack-update list --status failed` has their ids, for `davit stack-update logs` and `retry`.',
      '',
    ].join('\n'),
  );
  const told = JSON.parse((await davit('deploy', '-f', 'robots', '--json')).stderr) as { error: object };
  const hint = expect.stringContaining(advice);
  expect(told.error).toMatchObject({
    failures: names.map((name) => ({ name: `GcpServiceAccount/${name}`, code: 'CREDENTIAL_NONE_FITS', hint })),
  });
  expect((await davit('resource', 'delete', '-f', 'robots', '--yes', '--orphan')).code).toBe(0);
});

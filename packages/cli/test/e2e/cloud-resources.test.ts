import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGate } from '../../../server/test/support/gate.ts';
import { startTestStacks, type TestStacks } from '../../../server/test/support/test-stacks.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { type Ended, runDavit } from '../support/run-davit.ts';
import { typeDavit } from '../support/type-davit.ts';

// What a person does with cloud resources at a terminal, against a real platform, Pulumi and an S3 server.

let stacks: TestStacks;
let folder: string;
beforeAll(async () => {
  stacks = await startTestStacks();
  folder = await mkdtemp(join(tmpdir(), 'davit-manifests-'));
});
afterAll(async () => {
  await stacks[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function environment(): Record<string, string> {
  const { url, api } = stacks.platform;
  const env = { HOME: process.env['HOME'] ?? '', XDG_CONFIG_HOME: folder, NO_COLOR: '1', DAVIT_URL: url };
  return { ...env, DAVIT_TOKEN: api.token ?? '' };
}

const davit = (...argv: string[]): Promise<Ended> => runDavit(argv, { cwd: folder, env: environment() });

test('a folder of manifests is deployed in order, seen, and taken back', async () => {
  await writeFile(
    join(folder, 'a-taker.yaml'),
    stacks.manifest('taker', '  label:\n    valueFrom: { kind: S3Buckets, name: giver, fieldPath: bucketName }\n'),
  );
  await writeFile(join(folder, 'b-giver.yaml'), stacks.manifest('giver', '  buckets: 2\n'));

  const valid = await davit('resource', 'validate', '-f', folder);
  expect(valid.stdout).toBe('Valid. In this order:\n1. S3Buckets/giver\n2. S3Buckets/taker\n');

  const unknown = await davit('deploy', '-f', folder, '--preview');
  expect(unknown.code, unknown.stderr).toBe(0);
  expect(unknown.stdout.split('\n')).toEqual([
    'S3Buckets/giver: 3 create',
    'S3Buckets/taker: not known yet: spec.label: S3Buckets/giver has no output "bucketName". It can be previewed once that is deployed.',
    'Nothing is deployed: the manifests are stored, and `davit deploy -f` deploys them.',
    '',
  ]);
  expect(await stacks.s3.listBuckets()).toEqual([]);
  expect(await davit('deploy', '-f', folder, '--detach')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Some of these wait for others'),
  });

  const deployed = await davit('deploy', '-f', folder);
  expect(deployed.code).toBe(0);
  expect(deployed.stderr).toContain('Credential prod: ');
  expect(deployed.stderr).toContain('making 2 bucket(s) for giver');
  expect(deployed.stderr).toContain('✓ apply');
  expect(deployed.stdout).toContain('S3Buckets/giver: 3 create');
  expect(deployed.stdout).toMatch(/^token +\(secret\)$/m);
  expect(await stacks.s3.listBuckets()).toEqual(['giver-1', 'giver-2', 'taker-1']);

  expect((await davit('credential', 'history', 'prod')).stdout).toMatch(
    /credential\.use +by run run_\S+ for S3Buckets\/giver: .*only one/,
  );
  const { stdout: shown } = await davit('resource', 'get', 'giver');
  expect(shown).toMatch(/^bucketName +giver-1$/m);
  expect((await davit('resource', 'list', '--quiet')).stdout.trim().split('\n')).toHaveLength(2);

  await writeFile(join(folder, 'b-giver.yaml'), stacks.manifest('giver', '  buckets: 3\n'));
  expect((await davit('deploy', '-f', folder, '--preview')).stdout).toMatch(
    /^S3Buckets\/giver: (?:1 create, 3 same|3 same, 1 create)\nS3Buckets\/taker: 2 same \(with the outputs that the others have now\)\n/,
  );

  const preview = await davit('resource', 'preview', 'taker', '--json');
  expect(JSON.parse(preview.stdout)).toMatchObject({ operation: 'preview', status: 'success', changes: { same: 2 } });

  const { stdout: updates } = await davit('stack-update', 'list', '--resource', 'giver');
  const id = /^(stu_\S+) +deploy +success /m.exec(updates)?.[1] ?? '';
  const { stdout: logs } = await davit('stack-update', 'logs', id);
  expect(logs).toContain('making 2 bucket(s) for giver');
  // What is for programs is told to programs.
  expect(logs).not.toContain('"type":"resource"');
  expect((await davit('stack-update', 'logs', id, '--json')).stdout).toContain('\\"type\\":\\"resource\\"');

  expect(await davit('resource', 'destroy')).toMatchObject({ code: 2 });
  const destroyed = await davit('resource', 'destroy', '-f', folder, '--yes');
  expect(destroyed.stdout).toBe('destroy of S3Buckets/taker: 2 delete\ndestroy of S3Buckets/giver: 3 delete\n');
  expect(await stacks.s3.listBuckets()).toEqual([]);
  expect((await davit('resource', 'delete', '-f', folder, '--yes')).stdout).toBe(
    'Deleted S3Buckets/taker.\nDeleted S3Buckets/giver.\n',
  );
  expect((await davit('resource', 'list')).stdout).toBe('There is no cloud resource yet.\n');
});

test('a deployment waits until somebody approves it, and drift is shown', async () => {
  const [id = ''] = await stacks.apply(stacks.manifest('decided'));
  const asked = await davit('resource', 'deploy', 'decided', '--preview', '--detach', '--quiet');
  const update = asked.stdout.trim();
  await waitUntil('it waits', async () => {
    const { approval } = await stacks.platform.api.done<{ approval: { state: string } | null }>(
      'GET',
      `/v1/stack-updates/${update}`,
    );
    return approval?.state === 'waiting';
  });
  const shown = await davit('stack-update', 'get', update);
  expect(shown.stdout).toContain('approval waiting: 2 create');
  const approved = await davit('stack-update', 'approve', update);
  expect(approved).toMatchObject({ code: 0, stdout: 'deploy: 2 create\n' });
  expect(approved.stderr).toContain(`davit stack-update approve ${update}`);
  expect(await davit('stack-update', 'discard', update)).toMatchObject({ code: 1 });

  expect((await davit('resource', 'drift', 'decided')).stdout).toBe('Everything is as the state says.\n');
  await stacks.s3.deleteBucket('decided-1');
  expect((await davit('resource', 'drift', 'decided')).stdout).toBe(
    'decided-1 (pulumi-nodejs:dynamic:Resource) is gone\n',
  );
  await stacks.run(id, 'destroy');
});

test('an environment asks for approval by another member than who deployed in it', async () => {
  await stacks.platform.api.createProject('shop');
  await davit('environment', 'create', 'shop', 'staging');
  await davit('environment', 'set', 'shop/staging', '--approval', 'another-member');
  await writeFile(join(folder, 'guarded.yml'), stacks.manifest('guarded'));
  const asked = await davit('deploy', '-f', 'guarded.yml', '--environment', 'shop/staging', '--detach', '--json');
  const [{ update }] = JSON.parse(asked.stdout) as [{ update: { id: string; cloudResourceId: string } }];
  await waitUntil('it waits', async () =>
    (await davit('stack-update', 'get', update.id)).stdout.includes('approval waiting: 2 create'),
  );
  expect(await davit('stack-update', 'approve', update.id)).toMatchObject({ code: 3 });
  expect((await davit('stack-update', 'discard', update.id)).code).toBe(0);
  expect((await davit('resource', 'delete', 'guarded', '--yes')).code).toBe(0);
});

test('what is there already is imported; states are listed, written to a file, and put back', async () => {
  await stacks.s3.createBucket('made-before');
  await stacks.apply(stacks.manifest('adopted'));
  const imported = await davit('resource', 'import', 'adopted', '--id', 'made-before');
  expect(imported.stderr).toContain('Imported adopted-1 ');
  expect(imported.stdout).toMatch(/^import of S3Buckets\/adopted: .*\b1 import\b/);
  expect(imported.code).toBe(0);

  expect((await davit('resource', 'state', 'list', 'adopted')).stdout).toMatch(/^1 \* +import +3 resources/);
  const file = join(folder, 'state.json');
  expect((await davit('resource', 'state', 'export', 'adopted', '-f', file)).stdout).toBe(`Version 1 is in ${file}.\n`);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 3 });

  expect((await davit('resource', 'state', 'import', 'adopted', '-f', file)).stderr).toContain('Say so with --yes.');
  const put = await davit('resource', 'state', 'import', 'adopted', '-f', file, '--yes');
  expect(put.stdout).toBe('The state of S3Buckets/adopted is replaced.\n');
  const restored = await davit('resource', 'state', 'restore', 'adopted', '1', '--yes', '--quiet');
  expect(restored.stdout).toMatch(/^stu_/);
  expect((await davit('resource', 'state', 'list', 'adopted', '--quiet')).stdout).toBe('3\n2\n1\n');

  // A state of 5 MB, as one of many resources is: whatever a program kept goes in, and comes out as it was.
  const large = JSON.parse(await readFile(file, 'utf8')) as { deployment: { resources: { outputs?: object }[] } };
  const kept = Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(10_000)}`);
  for (const each of large.deployment.resources.slice(-1)) each.outputs = { ...each.outputs, kept };
  await writeFile(file, JSON.stringify(large));
  const putLarge = await davit('resource', 'state', 'import', 'adopted', '-f', file, '--yes');
  expect(putLarge.code, putLarge.stderr).toBe(0);
  const taken = join(folder, 'taken.json');
  expect((await davit('resource', 'state', 'export', 'adopted', '-f', taken)).code).toBe(0);
  const after = JSON.parse(await readFile(taken, 'utf8')) as typeof large;
  expect(after.deployment.resources.at(-1)?.outputs).toMatchObject({ kept });

  await writeFile(join(folder, 'no-state.json'), '[]');
  const refused = await davit('resource', 'state', 'import', 'adopted', '-f', 'no-state.json', '--yes');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('no-state.json holds no state') });
  expect((await davit('resource', 'delete', 'adopted', '--yes')).code).toBe(0);
  expect(await stacks.s3.listBuckets()).toEqual([]);
});

test('what needs one of them is deployed as soon as that is, whatever else goes on beside it', async () => {
  await using gate = await startGate();
  await mkdir(join(folder, 'graph'));
  await writeFile(join(folder, 'graph', 'a.yaml'), stacks.manifest('held', `  gate: ${gate.url}\n`));
  await writeFile(join(folder, 'graph', 'b.yaml'), stacks.manifest('first'));
  const from = '  label:\n    valueFrom: { kind: S3Buckets, name: first, fieldPath: bucketName }\n';
  await writeFile(join(folder, 'graph', 'c.yaml'), stacks.manifest('then', from));
  const deployed = davit('deploy', '-f', 'graph');
  try {
    // The one beside it has not ended, and does not before this is seen.
    await waitUntil('what needs the first is there', async () => (await stacks.bucketsOf('then')).length === 1);
  } finally {
    gate.open();
  }
  expect((await deployed).stdout).toMatch(/^S3Buckets\/held: 2 create$/m);
  const deleted = await davit('resource', 'delete', '-f', 'graph', '--yes');
  expect(deleted.stdout.split('\n').filter((line) => /first|then/.test(line))).toEqual([
    'Deleted S3Buckets/then.',
    'Deleted S3Buckets/first.',
  ]);
});

describe('what is wrong', () => {
  test('with what comes before others: what is beside it is brought about, and what comes after is named', async () => {
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken', 'a.yaml'), stacks.manifest('broken').replace(stacks.s3.endpoint, 'nowhere'));
    await writeFile(join(folder, 'broken', 'b.yaml'), stacks.manifest('beside'));
    const from = '  label:\n    valueFrom: { kind: S3Buckets, name: broken, fieldPath: bucketName }\n';
    await writeFile(join(folder, 'broken', 'c.yaml'), stacks.manifest('after', from));
    const { code, stderr } = await davit('deploy', '-f', 'broken');
    expect(code).toBe(1);
    expect(stderr).toContain('making 1 bucket(s) for beside');
    expect(stderr).toContain('Stored, and not deployed, since these come after: S3Buckets/after\n');
    expect(stderr).toMatch(/^error: S3Buckets\/broken: /m);
    expect(await stacks.bucketsOf('beside')).toEqual(['beside-1']);
    expect((await davit('resource', 'delete', '-f', 'broken', '--yes')).code).toBe(0);
  });

  test('with the credential is told with what to do about it', async () => {
    const manifest =
      'apiVersion: v1\nkind: GcpServiceAccount\nmetadata: { name: robot }\nspec: { displayName: Robot }\n';
    await writeFile(join(folder, 'robot.yaml'), manifest);
    const none = await davit('deploy', '-f', 'robot.yaml');
    expect(none.code).toBe(1);
    expect(none.stderr).toContain(
      "error: no credential found for provider 'gcp'.\nhint: Create one: `davit credential create --name NAME --provider gcp`. `davit stack-update logs ",
    );
    expect((await davit('stack-update', 'list', '--resource', 'robot')).stdout).toContain('\n  hint: Create one: ');
    expect((await davit('resource', 'delete', 'robot', '--yes', '--orphan')).code).toBe(0);
  });
});

test('at a terminal the resources are a tree that changes with them; in the end it is there once, with one summary', async () => {
  await using gate = await startGate();
  await writeFile(join(folder, 'live.yaml'), stacks.manifest('live', `  buckets: 2\n  gate: ${gate.url}\n`));
  const typed = typeDavit(['deploy', '-f', join(folder, 'live.yaml')], { env: environment(), cols: 100, rows: 30 });
  await typed.shows(' live-1 pulumi-nodejs:dynamic:Resource create');
  expect(typed.screen.everything()).not.toContain('✓ live-1');
  gate.open();
  await typed.shows(' live-2 pulumi-nodejs:dynamic:Resource create');
  expect(typed.screen.everything()).toContain('✓ live-1');
  typed.type('\x03');
  await typed.shows('[enter]? ');
  // The update ends while the question is open: there is nothing to cancel any more.
  gate.open();
  await typed.shows('(secret)');
  expect(await typed.ended).toBe(0);
  const [head = '', ...lines] = typed.screen.text().trimEnd().split('\n');
  expect(head).toMatch(/^S3Buckets\/live stu_\w+$/);
  const withoutTimes = lines.map((line) => line.replace(/ [\d.]+m?s$/, '').trimEnd());
  expect(withoutTimes.slice(withoutTimes.findIndex((line) => line.startsWith('Cancel')))).toEqual([
    'Cancel the update [c], detach from it [d], or go on [enter]?',
    '✓ default-default.S3Buckets.live pulumi:pulumi:Stack create',
    '  ✓ live-1 pulumi-nodejs:dynamic:Resource create',
    '  ✓ live-2 pulumi-nodejs:dynamic:Resource create',
    '✓ default pulumi:providers:pulumi-nodejs create',
    'S3Buckets/live: 3 create',
    'bucketName  live-1',
    'buckets     ["live-1","live-2"]',
    'token       (secret)',
  ]);
  expect(typed.screen.hasCursor()).toBe(true);
});

test('what failed for want of a credential is retried once that is there, followed, cancelled, and retried to its end', async () => {
  await using gate = await startGate();
  const manifest = stacks.manifest('later', `  buckets: 2\n  gate: ${gate.url}\n`);
  await writeFile(join(folder, 'later.yaml'), manifest.replace('later }', 'later, labels: { credential: later } }'));
  const failed = await davit('deploy', '-f', 'later.yaml', '--json');
  const { error } = JSON.parse(failed.stderr) as { error: { message: string; hint: string; update: { id: string } } };
  expect(failed.code).toBe(1);
  expect(error).toMatchObject({ code: 'CREDENTIAL_NONE_FITS', message: expect.stringContaining("'later'") });
  expect(error.hint).toContain(`davit stack-update retry ${error.update.id}`);
  const { accessKeyId, secretAccessKey } = stacks.s3;
  const data = { accountId: '123456789012', accessKeyId, secretAccessKey };
  await stacks.platform.api.done('POST', '/v1/credentials', { name: 'later', provider: 'aws', data });

  const id = (await davit('stack-update', 'retry', error.update.id, '--detach', '--quiet')).stdout.trim();
  const following = davit('stack-update', 'logs', '-f', id);
  await waitUntil('the first bucket', async () => (await stacks.bucketsOf('later')).length === 1);
  expect(await davit('stack-update', 'cancel', id)).toMatchObject({
    code: 0,
    stdout: `Cancelling ${id}: what is in flight ends first. \`davit stack-update logs -f ${id}\` shows it.\n`,
  });
  expect((await davit('stack-update', 'get', id)).stdout).toMatch(/^to be cancelled, asked for .* ago: what is in/m);
  gate.open();
  const followed = await following;
  expect(followed.stdout).toContain('making 2 bucket(s) for later');
  expect(followed).toMatchObject({
    code: 5,
    stderr: `error: deploy of S3Buckets/later was canceled: Canceled on request.\nhint: \`davit stack-update retry ${id}\` does it again.\n`,
  });
  expect(await stacks.get(id)).toMatchObject({ status: 'canceled', retryOf: error.update.id });
  expect(await stacks.bucketsOf('later')).toEqual(['later-1']);

  const retrying = davit('stack-update', 'retry', id);
  await waitUntil('the second bucket', async () => (await stacks.bucketsOf('later')).length === 2);
  gate.open();
  const retried = await retrying;
  expect(retried).toMatchObject({ code: 0, stdout: expect.stringMatching(/^deploy: .*\b1 create/) });
  const newest = /^Retrying as (stu_\w+)$/m.exec(retried.stderr)?.[1] ?? '';
  expect(await stacks.get(newest)).toMatchObject({ status: 'success', retryOf: id, credential: { name: 'later' } });
});

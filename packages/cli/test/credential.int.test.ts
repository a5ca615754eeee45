import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getProvider, providerNames } from '../../server/src/features/credentials/providers.ts';
import { credentialSamples } from '../../server/test/support/credential-samples.ts';
import { flagOf, providerFields } from '../src/credentials/provider-fields.ts';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

const davit = (words: readonly string[], input?: string) => stand.davit(words, input);

const { accountId = '', accessKeyId = '', secretAccessKey = '' } = credentialSamples.aws;
const aws = ['--provider', 'aws', '--account-id', accountId, '--access-key-id', accessKeyId];

test('the command asks for the fields that the server knows', () => {
  expect(Object.keys(providerFields)).toEqual(providerNames);
  for (const name of providerNames) {
    const { schema, secrets } = getProvider(name);
    const fields = providerFields[name] ?? [];
    expect(fields.map((field) => field.name)).toEqual(Object.keys(schema.shape));
    expect(fields.filter(({ isSecret }) => isSecret).map((field) => field.name)).toEqual(secrets);
    const needed = fields
      .filter(({ isOptional }) => !isOptional)
      .map((field) => [field.name, credentialSamples[name][field.name]]);
    expect(schema.safeParse(Object.fromEntries(needed)).success, name).toBe(true);
  }
  expect(flagOf('serviceAccountKeyBase64')).toBe('service-account-key-base64');
});

test('a secret from stdin, or from a file, is stored without a word of it', async () => {
  const create = (name: string, ...more: string[]) =>
    davit(['credential', 'create', '--name', name, ...aws, '--secret-access-key', ...more], `${secretAccessKey}\n`);
  const fromInput = await create('from-input', '-', '--json', '--label', 'team=web');
  expect(fromInput).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(fromInput.stdout)).toMatchObject({ name: 'from-input', labels: { team: 'web' } });
  await stand.home.write({ 'secret.txt': `${secretAccessKey}\n` });
  const fromFile = await create('from-file', '@secret.txt');
  expect(fromFile).toMatchObject({ code: 0, stderr: '' });
  expect(fromInput.stdout + fromFile.stdout).not.toContain(secretAccessKey);
});

test('a key file is encoded by itself', async () => {
  const key = Buffer.from(credentialSamples.gcp['serviceAccountKeyBase64'] ?? '', 'base64').toString('utf8');
  await stand.home.write({ 'key.json': key });
  const words = ['--name', 'google', '--provider', 'gcp', '--service-account-key-base64', '@key.json'];
  expect(await davit(['credential:create', ...words, '--quiet'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^crd_/),
  });
});

test('a secret on the command line works, with a warning', async () => {
  const words = ['credential', 'create', '--name', 'in-words', ...aws, '--secret-access-key', secretAccessKey];
  const { code, stderr } = await davit(words);
  expect([code, stderr.includes('--secret-access-key is a secret')]).toEqual([0, true]);
  expect(stderr).not.toContain(secretAccessKey);
});

test('where nobody can be asked, what is missing is named with the way to give it', async () => {
  const { code, stderr } = await davit(['credential', 'create', '--name', 'missing', ...aws]);
  expect(code).toBe(2);
  expect(stderr).toContain('--secret-access-key - (stdin) or --secret-access-key @FILE');
  const other = await davit(
    ['credential', 'create', '--name', 'x', '--provider', 'civo', '--token', '-', '--tenant-id', 'x'],
    'x',
  );
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('civo has no --tenant-id') });
});

describe('at a terminal', () => {
  const create = (...words: string[]) => stand.type(['credential', 'create', '--provider', 'aws', ...words]);

  test('what is missing is asked for, and nothing else; a secret is not shown', async () => {
    const typed = create('--name', 'typed', '--account-id', accountId);
    await typed.shows('access-key-id (AKIA… or ASIA…): ');
    typed.type(`${accessKeyId}\r`);
    await typed.shows('secret-access-key (what belongs to the access key): ');
    // With a slip of the hand that is taken back.
    typed.type(`${secretAccessKey}x\x7f\r`);
    await typed.shows('Stored typed.');
    expect(await typed.ended).toBe(0);
    expect(typed.screen.text().replaceAll('\r', '').trimEnd().split('\n')).toEqual([
      `access-key-id (AKIA… or ASIA…): ${accessKeyId}`,
      'secret-access-key (what belongs to the access key): ',
      'Stored typed. Try it: davit credential validate typed',
    ]);
    expect(typed.screen.everything()).not.toContain(secretAccessKey.slice(0, 4));
    const { stdout } = await davit(['credential', 'get', 'typed', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'typed', provider: 'aws' });
  });

  describe('a key of several lines that is pasted', () => {
    const { account = '', username = '', privateKey = '' } = credentialSamples.snowflake;
    const keys = privateKey.replaceAll('\n', '\r');
    const createKey = async (name: string) => {
      const words = ['--provider', 'snowflake', '--name', name, '--account', account, '--username', username];
      const typed = stand.type(['credential', 'create', ...words]);
      await typed.shows('private-key (');
      return typed;
    };

    test('is taken whole, and not shown', async () => {
      const typed = await createKey('pasted');
      await expect.poll(() => typed.screen.marksPastes()).toBe(true);
      typed.type(`\x1b[200~${keys}\x1b[201~`);
      typed.type('\r');
      await typed.shows('Stored pasted.');
      expect(await typed.ended).toBe(0);
      expect(typed.screen.marksPastes()).toBe(false);
      expect(typed.screen.everything()).not.toContain('PRIVATE KEY');
    });

    test('is refused where the terminal does not mark pastes: its first line is no key', async () => {
      const typed = await createKey('cut');
      typed.type(keys);
      await typed.shows('hint: Give it by --private-key - (stdin) or --private-key @FILE.');
      expect(await typed.ended).toBe(2);
      expect(typed.screen.marksPastes()).toBe(false);
      expect(typed.screen.everything()).not.toContain('PRIVATE KEY');
      expect(await davit(['credential', 'get', 'cut'])).toMatchObject({ code: 4 });
    });
  });

  test.each([
    ['the first question', []],
    ['a secret', [accessKeyId]],
  ])('Ctrl-C at %s ends it, stores nothing, and leaves the terminal as it was', async (_, answers) => {
    const typed = create('--name', 'left', '--account-id', accountId);
    await typed.shows('access-key-id (');
    for (const answer of answers) {
      typed.type(`${answer}\r`);
      await typed.shows('secret-access-key (');
    }
    typed.type('half of it\x03');
    await typed.shows('error: Cancelled.');
    expect(await typed.ended).toBe(5);
    expect(typed.screen.text()).toMatch(/\): (?:half of it)?\nerror: Cancelled\.\n$/);
    expect(typed.screen.everything().includes('half of it')).toBe(answers.length === 0);
    expect(await davit(['credential', 'get', 'left'])).toMatchObject({ code: 4 });
  });
});

test('it is listed, shown, changed, rotated, restored and deleted', async () => {
  await davit(['credential', 'create', '--name', 'whole', ...aws, '--secret-access-key', '-'], secretAccessKey);
  expect((await davit(['credential', 'list', '--provider', 'aws', '--quiet'])).stdout.split('\n')).toContain('whole');
  expect((await davit(['credential', 'get', 'whole'])).stdout).toMatch(/secretAccessKey\s+\(secret\)/);
  expect(await davit(['credential', 'update', 'whole', '--expires', '3d'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('It expires in 3 days'),
  });
  const [, , ...others] = aws;
  const rotated = await davit(
    ['credential', 'update', 'whole', ...others, '--secret-access-key', '-'],
    secretAccessKey,
  );
  expect(rotated.stdout).toContain('davit credential update whole --restore');
  expect(await davit(['credential', 'update', 'whole', '--restore'])).toMatchObject({ code: 0 });
  const { stdout: history } = await davit(['credential', 'history', 'whole', '--json']);
  expect((JSON.parse(history) as { action: string }[]).map(({ action }) => action)).toEqual([
    'credential.restore',
    'credential.rotate',
    'credential.update',
    'credential.create',
  ]);
  expect((await davit(['credential', 'history', 'whole'])).stdout).toContain('credential.restore');
  expect(await davit(['credential', 'delete', 'whole'])).toMatchObject({ code: 0 });
  expect(await davit(['credential', 'get', 'whole'])).toMatchObject({ code: 4 });
});

test('what the provider’s address forbids is told, and is a failure', async () => {
  const words = ['--endpoint', 'https://127.0.0.1', '--secret-access-key', '-'];
  await davit(['credential', 'create', '--name', 'inside', ...aws, ...words], secretAccessKey);
  const { code, stderr } = await davit(['credential', 'validate', 'inside']);
  expect([code, stderr.includes('OUTBOUND_NETWORKS')]).toEqual([1, true]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

// Modules of an organization's own, as an admin points kinds at them at a terminal.

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

const module = (words: readonly string[], input?: string) => stand.davit(['resource', 'module', ...words], input);

const url = 'https://git.example.org/modules.git';
const list = async () => JSON.parse((await module(['list', '--json'])).stdout) as object[];

test('a kind is pointed at a module of a private repository, at another state of it, and back', async () => {
  expect((await module(['list'])).stdout).toBe('Every kind is made by davit’s own module.\n');
  await stand.home.write({ 'spec.json': '{"type":"object","properties":{"buckets":{"type":"integer"}}}' });
  const words = ['--folder', 'buckets', '--provider', 'aws', '--schema', 'spec.json', '--summary', 'several buckets'];
  const set = await module(['set', 'S3Buckets', url, ...words, '--git-token', '-'], 'glpat-from-stdin\n');
  expect(set).toEqual({
    code: 0,
    stdout: `S3Buckets is made by the default branch of ${url}, folder buckets.\n`,
    stderr: '',
  });
  expect(await list()).toMatchObject([
    {
      name: 'S3Buckets',
      provider: 'aws',
      summary: 'several buckets',
      module: { url, reference: null, folder: 'buckets' },
      hasSourceCredential: true,
      hasOwnSchema: true,
    },
  ]);
  const shown = await module(['list']);
  expect(shown.stdout).toMatch(/^S3Buckets +aws +the default branch of \S+, folder buckets +with a credential$/m);
  expect(shown.stdout).not.toContain('glpat');

  expect((await module(['set', 'S3Buckets', url, '--tag', 'v2'])).stdout).toBe(`S3Buckets is made by v2 of ${url}.\n`);
  expect(await list()).toMatchObject([
    {
      provider: null,
      module: { reference: { tag: 'v2' }, folder: '' },
      hasSourceCredential: true,
      hasOwnSchema: false,
    },
  ]);
  await module(['set', 'S3Buckets', url, '--public', '--commit', '0123abcd']);
  expect(await list()).toMatchObject([{ module: { reference: { commit: '0123abcd' } }, hasSourceCredential: false }]);

  expect((await module(['remove', 'S3Buckets'])).stdout).toBe(
    'Forgot the module of S3Buckets. What it deployed stays.\n',
  );
  expect(await module(['remove', 'S3Buckets'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('no such kind'),
  });
});

test.each([
  [
    'two states at once',
    ['S3Buckets', url, '--tag', 'v1', '--branch', 'main'],
    'Only one of --branch, --tag and --commit',
  ],
  ['a provider that there is none of', ['S3Buckets', url, '--provider', 'aswell'], '"aswell" is no provider.'],
  ['a schema that is none', ['S3Buckets', url, '--schema', 'list.json'], 'list.json holds no JSON Schema'],
  ['a token for what is public', ['S3Buckets', url, '--public', '--git-token', '-'], 'needs no token or key'],
  ['a kind that no manifest could name', ['s3-buckets', url], 'a name such as AwsS3Bucket'],
  [
    'an address with a password',
    ['S3Buckets', 'https://me:pass-in-url@git.example.org/m.git'],
    'must not contain a user name or a password',
  ],
])('%s is refused', async (_, words, said) => {
  await stand.home.write({ 'list.json': '[]' });
  const refused = await module(['set', ...words], 'glpat-from-stdin\n');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  expect(refused.stderr).not.toContain('pass-in-url');
  expect(await list()).toEqual([]);
});

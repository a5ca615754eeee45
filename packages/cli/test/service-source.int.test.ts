import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand({ RUNTIME: 'process' });
  await stand.davit(['project', 'create', 'shop']);
  await create('api', '--git', 'https://example.com/me/api.git#main', '--root-folder', 'server');
});
afterAll(() => stand[Symbol.asyncDispose]());

const create = (name: string, ...words: string[]) =>
  stand.davit(['service', 'create', name, '--project', 'shop', ...words]);
const source = (words: readonly string[], input?: string) =>
  stand.davit(['service', 'source', '-s', 'shop/api', ...words], input);
const shown = async () => JSON.parse((await source(['--json'])).stdout) as object;

test('what a service is made of is shown, and changed but for what the command does not speak of', async () => {
  const { stdout } = await source([]);
  expect(stdout).toMatch(/^type +git\nurl +https:\/\/example\.com\/me\/api\.git\nreference\.branch +main\n/);
  expect(stdout).toMatch(/^rootFolder +server$/m);
  expect(stdout).toMatch(/^credential +none$/m);

  expect(await source(['--git', 'https://example.com/me/api.git#refs/tags/v2'])).toMatchObject({
    code: 0,
    stdout: 'api is made of tag v2 of https://example.com/me/api.git, folder server now.\n',
    stderr: 'It takes effect with the next deployment: `davit deploy -s shop/api`.\n',
  });
  const changed = await source(['--root-folder', '', '--json']);
  expect(changed).toMatchObject({ code: 0, stderr: '' });
  const expected = { type: 'git', url: 'https://example.com/me/api.git', reference: { tag: 'v2' }, rootFolder: '' };
  expect(JSON.parse(changed.stdout)).toMatchObject(expected);
  expect(await shown()).toMatchObject(expected);
});

test('a token is kept for its repository, and another repository does not get it', async () => {
  const address = ['--git', 'https://example.com/me/private.git'];
  expect(await source([...address, '--git-token', '-'], 'a-token-of-this-test\n')).toMatchObject({ code: 0 });
  expect((await source([])).stdout).toMatch(/^credential +stored$/m);
  expect((await source(['--git', 'https://example.com/me/private.git#next'])).stderr).not.toContain('forgotten');
  expect((await source(['--git-token', '-'], 'another-token\n')).code).toBe(0);
  expect(await shown()).toMatchObject({ reference: { branch: 'next' } });
  expect((await source(['--git', 'https://example.com/me/other.git'])).stderr).toContain('is forgotten');
  expect((await source([])).stdout).toMatch(/^credential +none$/m);
});

const withoutId = (text: string) => text.replace(/req_\w+/, 'req_…');

const image = ['--image', 'ghcr.io/owner/app:1.5'];
test.each([
  ['two sources', [...image, '--git', 'https://example.com/me/api.git'], 'give --git or --image'],
  ['a folder inside an image', [...image, '--root-folder', 'server'], '--root-folder'],
  ['a token for an image', [...image, '--git-token', '-'], 'A token or key is for a Git repository.'],
  ['a secret in the address', ['--git', 'https://me:secret@example.com/me/api.git'], '--git-token -'],
  ['a remote helper', ['--git', 'ext::sh -c reboot'], '/source/url'],
  ['no name of an image', ['--image', '--privileged'], '/source'],
  ['an image without a Docker engine', image, 'No Docker engine is used here'],
])('%s is refused alike for a new service and for one that is there', async (_, words, said) => {
  const before = await shown();
  const [made, changed] = [await create('other', ...words), await source(words)];
  expect(made).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  expect(withoutId(changed.stderr)).toBe(withoutId(made.stderr));
  expect(changed).toMatchObject({ code: 2, stdout: '' });
  expect(changed.stderr).not.toContain('secret@');
  expect(await shown()).toEqual(before);
});

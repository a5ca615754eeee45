import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand();
  await stand.davit(['project', 'create', 'shop']);
});
afterAll(() => stand[Symbol.asyncDispose]());

const davit = (...words: string[]) => stand.davit(['environment', ...words]);

test('an environment is made, told how cloud resources are deployed in it, shown, renamed and deleted', async () => {
  expect((await davit('create', 'shop', 'staging', '--quiet')).stdout).toMatch(/^env_/);
  const set = await davit('set', 'shop/staging', '--approval', 'another-member', '--drift-every', '6h');
  expect(set.stdout).toBe(
    'shop/staging: cloud resources are approved by another member, drift looked for every 6 h.\n',
  );
  const { stdout: listed } = await davit('list', 'shop');
  expect(listed).toMatch(/^shop\/production +env_\S+ +production +deployed at once +drift looked for on request$/m);
  expect(listed).toMatch(/^shop\/staging +env_\S+ +staging +approved by another member +drift looked for every 6 h$/m);
  expect(JSON.parse((await davit('get', 'staging', '--json')).stdout)).toMatchObject({
    name: 'staging',
    deployApproval: 'another_member',
    driftCheckHours: 6,
  });
  expect((await davit('set', 'staging', '--drift-every', 'off', '--rename', 'test')).code).toBe(0);
  expect((await davit('delete', 'shop/test', '--yes')).stdout).toBe('Deleted shop/test.\n');
  expect(await davit('get', 'shop/test')).toMatchObject({ code: 4 });
});

test.each([
  ['nothing that is to be set', []],
  ['days that are too many', ['--drift-every', '200d']],
])('%s is wrong usage', async (_, words) => {
  expect(await davit('set', 'shop/production', ...words)).toMatchObject({ code: 2 });
});

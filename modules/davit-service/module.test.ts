import { expect, test } from 'vitest';
import { mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec } from './schema.ts';

const type = 'davit:index:Service';
const run = (manifest: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'DavitService', name: 'web', spec: { project: 'shop', ...manifest } },
    {
      'davit:index:getProject': { id: 'prj_1' },
      'davit:index:getEnvironment': { id: 'env_1' },
      [type]: { url: 'http://web.example.com', deploymentId: 'dep_1' },
    },
  );
const source = { url: 'https://example.com/shop.git' };

test('a service is made in the project and the environment that the manifest names, and nothing else', async () => {
  const stack = await run({ source });
  expect(stack.types()).toEqual([type]);
  expect(stack.argsOf(type)).toMatchObject({
    projectId: 'prj_1',
    environmentId: 'env_1',
    name: 'web',
    kind: 'web',
    source: { type: 'git', url: 'https://example.com/shop.git', rootFolder: '', submodules: false, lfs: false },
    deploy: true,
  });
  expect(stack.outputs).toEqual({ serviceId: 'web-id', url: 'http://web.example.com', deploymentId: 'dep_1' });
});

test('settings have the defaults of davit, and variables are secret', async () => {
  const stack = await run({ source, settings: { replicas: 2 }, variables: { KEY: 'hunter2' } });
  const { settings, variables } = stack.argsOf(type);
  expect(settings).toMatchObject({ replicas: 2, drainSeconds: 30 });
  expect(variables).toMatchObject({ value: { KEY: 'hunter2' } });
});

test('a commit, a tag or a branch is deployed, and not two of them', async () => {
  const stack = await run({ source: { ...source, commit: 'abcdef1' } });
  expect(stack.argsOf(type)['source']).toMatchObject({ reference: { commit: 'abcdef1' } });
  const both = spec.safeParse({ project: 'shop', source: { ...source, branch: 'main', tag: 'v1' } });
  expect(both.error?.issues[0]?.message).toBe('one of branch, tag and commit at most');
});

test('a setting that davit has not is refused', () => {
  const { error } = spec.safeParse({ project: 'shop', source, settings: { replica: 2 } });
  expect(error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', path: ['settings'] });
});

import { expect, test } from 'vitest';
import { sourceTree } from '../test/support/source-tree.ts';
import { openSourceFolder, type PlanProcess, resolveProcessArgv } from './index.ts';

const process: PlanProcess = {
  name: 'web',
  argv: ['java', '-jar', '{artifact}'],
  artifact: { glob: 'target/*.jar', except: ['target/*-sources.jar', 'target/original-*.jar'] },
  reason: '',
};

test('the one file that the build left takes its place', async () => {
  await using tree = await sourceTree({
    'target/api-1.0.jar': '',
    'target/api-1.0-sources.jar': '',
    'target/original-api-1.0.jar': '',
    'target/lib/x.jar': '',
  });
  expect(await resolveProcessArgv(process, openSourceFolder(tree.root))).toEqual([
    'java',
    '-jar',
    'target/api-1.0.jar',
  ]);
});

test('none and several are errors', async () => {
  await using none = await sourceTree({ 'target/a.txt': '' });
  await expect(resolveProcessArgv(process, openSourceFolder(none.root))).rejects.toMatchObject({
    code: 'PLAN_ARTIFACT_MISSING',
  });
  await using several = await sourceTree({ 'target/a.jar': '', 'target/b.jar': '' });
  await expect(resolveProcessArgv(process, openSourceFolder(several.root))).rejects.toMatchObject({
    code: 'PLAN_ARTIFACT_AMBIGUOUS',
    message: expect.stringContaining('target/a.jar, target/b.jar'),
  });
});

test('a process without such a file is what it is', async () => {
  await using tree = await sourceTree({});
  const plain = { ...process, argv: ['./a', '{artifact}'], artifact: null };
  expect(await resolveProcessArgv(plain, openSourceFolder(tree.root))).toEqual(['./a', '{artifact}']);
});

import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModuleEngine, startModuleEngine } from '../../../../test/support/module-engine.ts';
import { refusal } from '../../../../test/support/test-git-source.ts';
import { createPlanBuilder } from '../../builder/plan/plan-builder.ts';
import { createAgentExecutor } from '../../executor/agent/agent-executor.ts';

// Modules in languages that Pulumi runs by itself, found by their Pulumi.yaml.

const host = fileURLToPath(new URL('../../../../test/fixtures/python-host', import.meta.url));
const never = new AbortController().signal;

let modules: ModuleEngine;
beforeAll(async () => {
  modules = await startModuleEngine({ path: [host, process.env['PATH']].join(delimiter) });
});
afterAll(() => modules[Symbol.asyncDispose]());

/** What a Python module's requirements make, in the way of applications. */
async function install(folder: string) {
  const { agent } = modules;
  const folders = { cache: join(agent.folder, 'cache'), toolchains: join(agent.folder, 'toolchains') };
  for (const each of Object.values(folders)) await mkdir(each, { recursive: true });
  const environment = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const builder = createPlanBuilder({
    executor: createAgentExecutor(agent.client),
    folders,
    hostEnvironment: environment,
    extraCaFile: process.env['NODE_EXTRA_CA_CERTS'],
    seesPrivateFolders: async () => true,
    removeFolder: (path, signal) => agent.client.removeFolder(path, signal),
  });
  const request = {
    id: 'mod_python',
    cacheKey: 'mod_python',
    folder,
    rootFolder: '',
    overrides: {},
    dependenciesOnly: true,
    variables: {},
    limits: {},
    timeoutMs: 600_000,
  };
  const { plan } = await builder.plan(request, never);
  const output = {
    write: () => undefined,
    room: async () => undefined,
    announce: async () => ({ stdout: 0, stderr: 0 }),
  };
  return await builder.build(request, plan, output, never);
}

const python = `
import os, pulumi, sys

text = os.environ['STACK_INPUT_YAML']
print('a line of Python')
print('and its error', file=sys.stderr)

pulumi.export('input', text)
pulumi.export('hidden', pulumi.Output.secret('never in clear'))
pulumi.export('others', sorted(name for name in os.environ if name.startswith('VITEST')))
if 'fail' in text:
    raise Exception('no such luck')
`;

describe('a module in Python', () => {
  test('is deployed with its own requirements, input and credential, and its failure is told', async () => {
    const folder = await modules.moduleOf({
      'Pulumi.yaml': 'name: mine\nruntime: python\n',
      'requirements.txt': 'pulumi==3.200.0\n',
      '__main__.py': python,
    });
    const { environment, readable } = await install(folder);
    const given = { environment, readable: [folder, ...readable], variables: { CLOUD_TOKEN: 'x' } };
    const job = modules.jobOf(folder, given);
    const { end, lines, state } = await modules.run(job);
    expect({ message: end.message, lines: end.succeeded ? [] : lines }).toEqual({ message: null, lines: [] });
    expect(end.outputs).toEqual({
      input: { value: job.input, secret: false },
      hidden: { value: 'never in clear', secret: true },
      others: { value: [], secret: false },
    });
    expect(end.changes).toEqual({ create: 1 });
    expect(lines.join('\n')).toContain('a line of Python');
    expect(lines.join('\n')).toContain('and its error');
    expect(state).not.toContain('never in clear');

    const failing = await modules.run(modules.jobOf(folder, { ...given, input: job.input.replace('"a"', '"fail"') }));
    expect(failing.end.succeeded).toBe(false);
    expect(failing.lines.join('\n')).toContain('no such luck');
  });
});

describe('a module in a language that is not installed', () => {
  test.each([
    ['yaml', 'YAML', 'pulumi-language-yaml'],
    ['java', 'Java', 'pulumi-language-java'],
    ['dotnet', '.NET', 'pulumi-language-dotnet'],
  ])('(%s) fails with what is missing, and how it is had', async (runtime, title, program) => {
    const folder = await modules.moduleOf({ 'Pulumi.yaml': `name: mine\nruntime: ${runtime}\n` });
    expect(await refusal(modules.run(modules.jobOf(folder)))).toMatchObject({
      code: 'IAC_LANGUAGE_MISSING',
      message: `The module is written in ${title}, and this server has no ${program}.`,
      hint: expect.stringContaining('https://www.pulumi.com/docs/install'),
    });
  });

  test('or that there is none of, is refused by its name', async () => {
    const folder = await modules.moduleOf({ 'Pulumi.yaml': 'name: mine\nruntime: { name: cobol }\n' });
    expect(await refusal(modules.run(modules.jobOf(folder)))).toMatchObject({
      code: 'IAC_LANGUAGE_UNKNOWN',
      message: expect.stringContaining('"cobol"'),
    });
  });

  test.each([
    ['no YAML', 'name: [', 'no YAML'],
    ['no runtime', 'name: mine\n', 'runtime'],
  ])('a Pulumi.yaml with %s is refused', async (_, text, cause) => {
    const folder = await modules.moduleOf({ 'Pulumi.yaml': text });
    expect(await refusal(modules.run(modules.jobOf(folder)))).toMatchObject({
      code: 'IAC_PROJECT_INVALID',
      message: expect.stringContaining(cause),
    });
  });
});

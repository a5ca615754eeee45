/**
 * `node bare-up.ts FOLDER RESOURCES LINES`: the peer of a stack update in davit. The same Pulumi CLI and SDK run the same program
 * on a file backend, with nothing around them. The folder keeps the state, so that the second time changes nothing.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findSdk, useOnePulumi } from '../../packages/server/src/adapters/iac/pulumi/worker/one-pulumi.ts';

interface Automation {
  LocalWorkspace: {
    createOrSelectStack(
      inline: { stackName: string; projectName: string; program: () => Promise<unknown> },
      options: object,
    ): Promise<{ up(options: object): Promise<{ summary: { result: string } }> }>;
  };
}

const [folder = '', resources, lines] = process.argv.slice(2);
useOnePulumi(findSdk(folder));
const automation = '@pulumi/pulumi/automation/index.js';
const { LocalWorkspace } = (await import(automation)) as Automation;
const moduleFile = new URL('./bench-module.js', import.meta.url).href;
const { program } = (await import(moduleFile)) as { program: (input: object) => Promise<unknown> };
const spec = { resources: Number(resources), lines: Number(lines) };
const [state, workDir] = [join(folder, 'state'), join(folder, 'work')];
await Promise.all([state, workDir].map((path) => mkdir(path, { recursive: true })));
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: 'bare', projectName: 'bench', program: () => program({ target: { spec } }) },
  {
    workDir,
    secretsProvider: 'passphrase',
    projectSettings: { name: 'bench', runtime: 'nodejs', backend: { url: pathToFileURL(state).href } },
  },
);
const { summary } = await stack.up({ color: 'never', onOutput: (text: string) => process.stdout.write(text) });
process.exit(summary.result === 'succeeded' ? 0 : 1);

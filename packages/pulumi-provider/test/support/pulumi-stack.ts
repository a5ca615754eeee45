import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LocalWorkspace, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';

const pluginFolder = fileURLToPath(new URL('../../bin/', import.meta.url));
const pulumiFolder = fileURLToPath(new URL('../../../../.cache/tools/pulumi-3.200.0/', import.meta.url));

// The Automation API looks for the engine on this process's own path, whatever the workspace is told.
process.env['PATH'] = [pulumiFolder, process.env['PATH'] ?? ''].join(delimiter);

/** A stack of the real engine, with its state in a folder of its own. */
export interface TestStack {
  /** Puts another program in the place of the one before. */
  use(program: PulumiFn): Promise<Stack>;
  /** What Pulumi has stored, as it lies on disk. */
  state(): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a stack whose provider finds its davit by these variables. */
export async function createTestStack(stackName: string, environment: Record<string, string>): Promise<TestStack> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-pulumi-'));
  const projectName = 'platform';
  const envVars = {
    HOME: folder,
    PULUMI_HOME: join(folder, 'home'),
    PATH: [pluginFolder, pulumiFolder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_CONFIG_PASSPHRASE: 'a passphrase of this test',
    PULUMI_BACKEND_URL: pathToFileURL(folder).href,
    ...environment,
  };
  return {
    use: (program) =>
      LocalWorkspace.createOrSelectStack(
        { stackName, projectName, program },
        {
          envVars,
          secretsProvider: 'passphrase',
          projectSettings: { name: projectName, runtime: 'nodejs', backend: { url: pathToFileURL(folder).href } },
        },
      ),
    state: () => readFile(join(folder, '.pulumi', 'stacks', projectName, `${stackName}.json`), 'utf8'),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createAgentExecutor } from '../../src/adapters/executor/agent/agent-executor.ts';
import type { IacEngine } from '../../src/adapters/iac/iac.ts';
import { createPulumiEngine } from '../../src/adapters/iac/pulumi/pulumi-engine.ts';
import type { TestAgent } from './test-agent.ts';

/** A real Pulumi engine under this agent, with the folders of its stacks below the agent's own. `path`: the PATH that davit would have. */
export async function createTestEngine(agent: TestAgent, { path = '' }: { path?: string } = {}): Promise<IacEngine> {
  await mkdir(join(agent.folder, 'stacks'));
  return createPulumiEngine({
    executor: createAgentExecutor(agent.client),
    folder: join(agent.folder, 'stacks'),
    pluginFolder: pluginFolderOf(agent),
    hostEnvironment: { PATH: path },
    extraCaFile: process.env['NODE_EXTRA_CA_CERTS'],
    removeFolder: (folder, signal) => agent.client.removeFolder(folder, signal),
  });
}

/** Where the engine's plugins for all stacks are. */
export const pluginFolderOf = ({ folder }: TestAgent): string => join(folder, 'pulumi', 'plugins');

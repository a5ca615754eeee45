import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IacEngine, StackEnd, StackJob, StackOutput } from '../../src/adapters/iac/iac.ts';
import { plainJob } from './plain-job.ts';
import { startTestAgent, type TestAgent } from './test-agent.ts';
import { createTestEngine, pluginFolderOf } from './test-engine.ts';

/** A real Pulumi engine under a real agent, for modules that a test writes. */
export interface ModuleEngine {
  agent: TestAgent;
  engine: IacEngine;
  /** Where plugins for all stacks are. */
  pluginFolder: string;
  /** A folder with these files. */
  moduleOf(files: Readonly<Record<string, string>>): Promise<string>;
  /** A first deployment of a stack of its own. */
  jobOf(moduleFolder: string, changes?: Partial<StackJob>): StackJob;
  /** A job from its preparation to its end. */
  run(job: StackJob): Promise<{ end: StackEnd; lines: string[]; state: string | null }>;
  [Symbol.asyncDispose](): Promise<void>;
}

const never = new AbortController().signal;

/** Starts the agent. `path`: the PATH that davit itself would have. */
export async function startModuleEngine({ path = '' }: { path?: string } = {}): Promise<ModuleEngine> {
  const agent = await startTestAgent();
  const pluginFolder = pluginFolderOf(agent);
  let count = 0;
  const engine = await createTestEngine(agent, { path });
  return {
    agent,
    engine,
    pluginFolder,
    async moduleOf(files) {
      const folder = join(agent.folder, `module-${++count}`);
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      return folder;
    },
    jobOf: (moduleFolder, changes = {}) => ({
      ...plainJob,
      id: `run_${++count}`,
      stackKey: `res_${count}`,
      address: { organization: 'org', project: 'shop', stack: 'production.Own.a' },
      operation: 'deploy',
      moduleFolder,
      readable: [moduleFolder],
      input: JSON.stringify({ target: { metadata: { name: 'a' }, spec: { size: 3 } }, provider_config: {} }),
      variables: {},
      ...changes,
    }),
    async run(job) {
      const lines: string[] = [];
      const sink = { write: async (each: StackOutput) => void (each.stream !== 'event' && lines.push(each.text)) };
      await engine.prepare(
        job,
        async () => null,
        async () => undefined,
        never,
      );
      const end = await engine.run(job, sink, 0, never);
      const state = await engine.readState(job);
      await engine.forget(job, never);
      return { end, lines, state };
    },
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  };
}

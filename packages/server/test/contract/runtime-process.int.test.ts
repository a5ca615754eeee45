import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createProcessRuntime } from '../../src/adapters/runtime/process/process-runtime.ts';
import { startTestAgent } from '../support/test-agent.ts';
import { describeRuntimeContract, requestDefaults } from './runtime-contract.ts';

describeRuntimeContract('process', async () => {
  const agent = await startTestAgent();
  const node = dirname(dirname(process.execPath));
  return {
    runtime: createProcessRuntime(agent.client),
    async request(id, script, changes = {}) {
      const folder = join(agent.folder, 'apps', id);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'main.cjs'), script);
      const { env, ...rest } = changes;
      return {
        ...requestDefaults,
        id,
        env: { PATH: `${join(node, 'bin')}:/usr/bin:/bin`, ...env },
        root: { kind: 'folder', folder, writable: [folder], readable: [node] },
        ...rest,
      };
    },
    crash: () => agent.crashAndRestart(),
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  };
});

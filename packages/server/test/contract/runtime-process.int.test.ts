import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createProcessRuntime } from '../../src/adapters/runtime/process/process-runtime.ts';
import { startTestAgent } from '../support/test-agent.ts';
import { describeRuntimeContract } from './runtime-contract.ts';

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
        id,
        labels: {
          serviceId: 'svc_1',
          releaseId: 'rel_1',
          deploymentId: 'dep_1',
          process: 'web',
          ordinal: 0,
          generation: 0,
        },
        argv: ['node', 'main.cjs'],
        env: { PATH: `${join(node, 'bin')}:/usr/bin:/bin`, ...env },
        folder,
        writable: [folder],
        readable: [node],
        hasPort: true,
        limits: {},
        restart: { policy: 'on-failure', maxRestarts: 0 },
        stopGraceMs: 5000,
        ...rest,
      };
    },
    crash: () => agent.crashAndRestart(),
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  };
});

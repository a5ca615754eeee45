import { createEngineClient, parseDockerHost } from '@davit/agent/engine';
import { createDockerRuntime } from '../../src/adapters/runtime/docker/docker-runtime.ts';
import { parseSubnet } from '../../src/adapters/runtime/docker/free-subnet.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { buildImage } from '../support/container-image.ts';
import { startDockerEngine } from '../support/docker-engine.ts';
import { describeRuntimeContract, requestDefaults } from './runtime-contract.ts';

const script = `eval(process.env.SCRIPT)`;
const lines = ['FROM node:24-slim', 'WORKDIR /app', 'COPY main.cjs .'];

describeRuntimeContract('docker', async () => {
  // Only so does an engine leave its containers alone when it ends.
  const engine = await startDockerEngine({ argv: ['--live-restore'] });
  await buildImage(engine, 'contract', lines, { 'main.cjs': script });
  const address = parseDockerHost(engine.host);
  const networkPool = parseSubnet('10.214.0.0/16');
  if (address === undefined || networkPool === undefined) throw new Error('the test is wrong');
  const client = createEngineClient(address);
  const runtime = createDockerRuntime({
    engine: client,
    installation: async () => 'contract-of-runtimes',
    networkPool,
    authOf: async () => undefined,
    drainLogs: async () => undefined,
    say: async () => undefined,
    logger: silentLogger,
  });
  runtime.open();
  return {
    runtime,
    async request(id, code, changes = {}) {
      const { env, ...rest } = changes;
      return {
        ...requestDefaults,
        id,
        root: {
          kind: 'image',
          reference: 'contract',
          network: { environmentId: 'env_1', alias: 'web' },
          port: 8080,
          readOnly: false,
        },
        env: { SCRIPT: code, ...env },
        ...rest,
      };
    },
    crash: () => engine.restart('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await runtime.close();
      client.close();
      await engine[Symbol.asyncDispose]();
    },
  };
});

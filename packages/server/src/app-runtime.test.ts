import { createAgentClient } from '@davit/agent/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAgentExecutor } from './adapters/executor/agent/agent-executor.ts';
import { createAppRuntime } from './app-runtime.ts';
import { loadConfig } from './config/config.ts';
import { silentLogger } from './kernel/logger.ts';

function choose(RUNTIME: string, DOCKER_HOST: string, servesFromImages = false) {
  const agent = createAgentClient({ socketPath: '/nowhere/agent.sock' });
  onTestFinished(() => agent.close());
  const said: unknown[][] = [];
  const say = (...words: unknown[]) => void said.push(words);
  const logger = { ...silentLogger, info: say, warn: say };
  const config = loadConfig({ RUNTIME, DOCKER_HOST, DATA_DIR: '/nowhere' });
  const executor = createAgentExecutor(agent);
  const options = {
    config,
    agent,
    agentLooks: agent,
    executor,
    logger,
    onChanged: () => undefined,
    onReturned: () => undefined,
    servesFromImages: async () => servesFromImages,
    authOf: async () => undefined,
  };
  return { said, chosen: createAppRuntime(options) };
}

describe('where no Docker engine answers', () => {
  test('RUNTIME=docker does not start, and says what to do', async () => {
    await expect(choose('docker', 'unix:///nowhere/docker.sock').chosen).rejects.toMatchObject({
      code: 'RUNTIME_UNREACHABLE',
      hint: expect.stringContaining('DOCKER_HOST'),
    });
  });

  test('RUNTIME=auto takes plain processes, and a line says why', async () => {
    const { said, chosen } = choose('auto', 'unix:///nowhere/docker.sock');
    expect((await chosen).engine).toBeUndefined();
    expect(JSON.stringify(said)).toContain('no Docker engine is to be had');
    expect(JSON.stringify(said)).toContain('ENOENT');
  });

  test('RUNTIME=auto waits for the one that services are containers of already, and a line says so', async () => {
    const { said, chosen } = choose('auto', 'unix:///nowhere/docker.sock', true);
    const { engine } = await chosen;
    onTestFinished(() => engine?.close());
    expect(engine).toBeDefined();
    expect(JSON.stringify(said)).toContain('containers wait for the Docker engine');
    await expect(choose('auto', 'tcp://10.0.0.7:2375', true).chosen).rejects.toMatchObject({
      code: 'RUNTIME_UNREACHABLE',
    });
  });

  test('RUNTIME=process looks for none', async () => {
    const { said, chosen } = choose('process', 'unix:///nowhere/docker.sock');
    expect((await chosen).engine).toBeUndefined();
    expect(said).toEqual([]);
  });
});

test('an engine of another machine is refused by name', async () => {
  await expect(choose('docker', 'tcp://10.0.0.7:2375').chosen).rejects.toMatchObject({
    message: expect.stringContaining('tcp://10.0.0.7:2375'),
  });
});

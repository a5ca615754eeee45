import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createEngineClient, type EngineAddress, type EngineClient, parseDockerHost } from '@davit/agent/engine';
import type { BuildOutput, BuildRequest, ImageArtifact } from '../../src/adapters/builder/builder.ts';
import { defaultBaseImages } from '../../src/adapters/builder/dockerfile/base-images.ts';
import { createEngineImageShelf } from '../../src/adapters/builder/dockerfile/engine-image-shelf.ts';
import { findLimitObstacle } from '../../src/adapters/builder/dockerfile/find-limit-obstacle.ts';
import { createImageBuilder, type ImageBuilderOptions } from '../../src/adapters/builder/dockerfile/image-builder.ts';
import {
  createRailpack,
  type RailpackOptions,
} from '../../src/adapters/builder/dockerfile/railpack/create-railpack.ts';
import { createAgentExecutor } from '../../src/adapters/executor/agent/agent-executor.ts';
import { createHostRefusal } from '../../src/app-network.ts';
import { createOutboundNetwork } from '../../src/platform/outbound/outbound-network.ts';
import { buildctlFolder } from './buildkit-daemon.ts';
import { type ImageRegistry, startImageRegistry } from './image-registry.ts';
import { sharedDocker } from './shared-docker.ts';
import { startTestAgent, type TestAgent } from './test-agent.ts';

const run = promisify(execFile);

/** A shell and no more: pushed and pulled in no time. */
async function makeSmallImage(host: string, home: string): Promise<void> {
  const context = join(home, 'small');
  const libraries = '/lib/x86_64-linux-gnu/libc.so.6';
  const Dockerfile = [
    'FROM scratch',
    'COPY --from=debian:12 /bin/dash /bin/sh',
    'COPY --from=debian:12 /usr/bin/wc /usr/bin/echo /usr/bin/',
    `COPY --from=debian:12 ${libraries} ${libraries}`,
    'COPY --from=debian:12 /lib64/ld-linux-x86-64.so.2 /lib64/ld-linux-x86-64.so.2',
  ];
  await mkdir(context);
  await writeFile(join(context, 'Dockerfile'), Dockerfile.join('\n'));
  const argv = ['-H', host, 'build', '-q', '-t', 'small:1', context];
  await run('/usr/bin/docker', argv, { env: { DOCKER_BUILDKIT: '1', HOME: home } });
}

/** Builds of images with the real engine, an agent and a registry; each test has a build of its own. */
export type ImageBuilds = Awaited<ReturnType<typeof startImageBuilds>>;

export async function startImageBuilds() {
  const [docker, agent, registry]: [Awaited<ReturnType<typeof sharedDocker>>, TestAgent, ImageRegistry] =
    await Promise.all([sharedDocker(), startTestAgent(), startImageRegistry()]);
  const engine: EngineClient = createEngineClient(parseDockerHost(docker.host) as EngineAddress);
  await makeSmallImage(docker.host, agent.folder);
  const signal = new AbortController().signal;
  const installation = randomUUID();
  let count = 0;
  let id = '';
  let folder = '';

  const executor = createAgentExecutor(agent.client);
  const cacheFolder = join(agent.folder, 'cache');
  const { findAddress } = createOutboundNetwork({ networks: ['127.0.0.0/8'] });
  const refusalOf = createHostRefusal({ findAddress, judgeRegistry: async () => undefined }, new Set());
  const removeFolder = (path: string) => agent.client.removeFolder(path);

  /** Railpack by the first of this name on `path`. */
  const railpackOn = (path: string, changes: Partial<RailpackOptions> = {}) =>
    createRailpack({
      executor,
      cacheFolder,
      hostEnvironment: { PATH: path },
      extraCaFile: undefined,
      refusalOf,
      removeFolder,
      hasOwnTemporaryFolder: async () => true,
      ...changes,
    });

  function builderWith(changes: Partial<ImageBuilderOptions> = {}) {
    return createImageBuilder({
      executor,
      engine,
      dockerHost: docker.host,
      buildkitAddress: undefined,
      registry: undefined,
      baseImages: { ...defaultBaseImages, 'node-build': 'node:{version}-slim' },
      cacheFolder,
      installation: async () => installation,
      isInherited: async () => false,
      hostEnvironment: { PATH: `${buildctlFolder}:/usr/bin:/bin` },
      extraCaFile: undefined,
      refusalOf,
      railpack: railpackOn('/usr/bin:/bin'),
      lentGroups: async () => {
        const { lentGroups } = await agent.client.info();
        return lentGroups !== undefined && 'path' in lentGroups ? lentGroups.path : undefined;
      },
      removeFolder,
      ...changes,
    });
  }

  const limitObstacle = async () =>
    await findLimitObstacle(
      { noGroups: undefined, buildkitAddress: undefined, engine, path: '/usr/bin:/bin' },
      AbortSignal.timeout(30_000),
    );

  const shelf = () => createEngineImageShelf(engine, async () => installation);

  async function put(files: Record<string, string>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }

  function requestOf(changes: Partial<BuildRequest> = {}): BuildRequest {
    return {
      id,
      cacheKey: `svc_${count}`,
      folder,
      rootFolder: '',
      overrides: {},
      variables: {},
      limits: {},
      timeoutMs: 120_000,
      ...changes,
    };
  }

  function createOutput(): BuildOutput & { lines: string[] } {
    const lines: string[] = [];
    return {
      lines,
      write: (_stream, text) => void lines.push(text),
      room: async () => {},
      announce: async () => ({ stdout: 0, stderr: 0 }),
    };
  }

  async function build(request: BuildRequest, builder = builderWith(), output = createOutput(), until = signal) {
    const { plan } = await builder.plan(request, until);
    const artifact = (await builder.build(request, plan, output, until)) as ImageArtifact;
    return { artifact, lines: output.lines };
  }

  const commandsOf = async (prefix: string) =>
    (await createAgentExecutor(agent.client).list(signal)).filter((command) => command.id.startsWith(prefix));
  const imagesOf = (label: string) => docker.docker('images', '-q', '--filter', `label=${label}`);

  return {
    docker,
    agent,
    registry,
    signal,
    builderWith,
    railpackOn,
    shelf,
    limitObstacle,
    put,
    requestOf,
    createOutput,
    build,
    commandsOf,
    imagesOf,
    get count() {
      return count;
    },
    get id() {
      return id;
    },
    get folder() {
      return folder;
    },
    /** Another service with another build. */
    async next(): Promise<void> {
      id = `dep_image${++count}`;
      folder = join(agent.folder, `svc_${count}`, id);
      await mkdir(folder, { recursive: true });
    },
    async [Symbol.asyncDispose](): Promise<void> {
      const mine = (await imagesOf(`davit.image.installation=${installation}`))
        .split('\n')
        .filter((each) => each !== '');
      if (mine.length > 0) await docker.docker('rmi', '-f', ...new Set(mine));
      engine.close();
      await agent[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

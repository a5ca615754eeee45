import { join } from 'node:path';
import type { ExecutorCommand } from '../../executor/executor.ts';
import type { BuildRequest, RegistryLogin } from '../builder.ts';
import { buildPlace } from './build-place.ts';
import type { BuildSecret } from './build-secrets.ts';
import type { ClientCommand } from './image-client.ts';
import { loginEnvironment } from './registry-logins.ts';

export interface ClientCommandOptions {
  /** For the engine's client: `unix://` or `tcp://`. */
  dockerHost: string;
  extraCaFile: string | undefined;
  /** Where images are pushed to. */
  registry: RegistryLogin | undefined;
}

/** Of the steps of one build together: a step that only starts others is ended by it and not by the machine's own limit. */
const MOST_PROCESSES = 4096;

/** Clients of BuildKit and of the engine as commands in a sandbox; what is secret is in their environment alone. */
export function createClientCommands(options: ClientCommandOptions) {
  const { extraCaFile, registry } = options;

  return (
    request: BuildRequest,
    client: ClientCommand,
    secrets: readonly BuildSecret[],
    sockets: string[],
  ): ExecutorCommand => {
    const place = buildPlace(request.folder);
    const logins = [
      ...(registry === undefined || registry.username === '' ? [] : [registry]),
      ...(request.registries ?? []),
    ];
    const program = client.argv[0] ?? '';
    return {
      argv: client.argv,
      env: {
        LANG: 'C.UTF-8',
        PATH: `${place.programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: place.home,
        DOCKER_CONFIG: place.configuration,
        DOCKER_HOST: options.dockerHost,
        DOCKER_BUILDKIT: '1',
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
        ...(extraCaFile === undefined ? {} : { SSL_CERT_FILE: extraCaFile }),
        ...loginEnvironment(logins),
        ...Object.fromEntries(secrets.map(({ variable, value }) => [variable, value])),
      },
      cwd: place.home,
      // Not the service's own user: its processes must not reach what this one may.
      isolationKey: `image-${request.cacheKey}`,
      writable: [request.folder, place.home],
      readable: [
        place.folder,
        ...(program.startsWith('/usr/') ? [] : [join(program, '..')]),
        ...(extraCaFile === undefined ? [] : [extraCaFile]),
      ],
      sockets,
      limits: { ...request.limits, processes: MOST_PROCESSES },
      timeoutMs: request.timeoutMs,
      // Named after the service: BuildKit counts the name of the group among what a kept step depends on.
      ...(client.name === 'image' ? { lendsGroup: request.cacheKey } : {}),
    };
  };
}

import { join } from 'node:path';
import { tarArchives } from './adapters/source/archive/tar-archives.ts';
import { createGitSource } from './adapters/source/git/git-cli-source.ts';
import { parseSourceReference } from './adapters/source/source-reference.ts';
import { createSourceRoom } from './adapters/source/source-room.ts';
import { parseSourceUrl } from './adapters/source/source-url.ts';
import { createSourceNetwork, networkEnvironment } from './app-network.ts';
import type { Config } from './config/config.ts';
import type { ServiceSource } from './features/services/index.ts';
import type { Logger } from './kernel/logger.ts';

interface SourceOptions {
  config: Config;
  hostEnvironment: Readonly<Record<string, string>>;
  logger: Logger;
}

/** Where sources come from: Git repositories, by a network that judges each address, and archives. */
export function createAppSources({ config, hostEnvironment, logger }: SourceOptions) {
  const { dataDir, extraCaFile } = config.paths;
  const sourceNetwork = createSourceNetwork({ outboundNetworks: config.outboundNetworks, extraCaFile });
  const room = createSourceRoom({ wantedBytes: config.builds.freeDiskBytes });
  return {
    sourceNetwork,
    room,
    archives: tarArchives,
    gitSource: createGitSource({
      archives: tarArchives,
      folder: join(dataDir, 'sources'),
      allowInsecure: config.allowInsecureGit,
      environment: networkEnvironment(hostEnvironment, extraCaFile),
      network: sourceNetwork,
      room,
      logger,
    }),
    /** @throws AppError that names the field, by its pointer */
    checkSource: (source: ServiceSource, pointer = '/source'): void => {
      if (source.type !== 'git') return;
      parseSourceUrl(source.url, { allowInsecure: config.allowInsecureGit }, `${pointer}/url`);
      parseSourceReference(source.reference, `${pointer}/reference`);
    },
  };
}

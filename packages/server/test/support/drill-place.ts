import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentView } from './api-caller.ts';
import type { SourceFiles } from './deploy-files.ts';
import type { DockerEngine } from './docker-engine.ts';
import { containerApp, containerSettings, drillApp, drillSettings, type HeldStep } from './drill-app.ts';
import type { ServerProcess } from './server-process.ts';

/** An instance as it is found where it runs. */
export interface FoundInstance {
  id: string;
  /** `running`, or something else. */
  state: string;
}

/** Where a drill's service runs: what it is made of, and how one looks at it, and reaches into it, from outside of the platform. */
export interface DrillPlace {
  environment: Readonly<Record<string, string>>;
  settings: object;
  app(version: string, held?: readonly HeldStep[], more?: SourceFiles): SourceFiles;
  listInstances(platform: ServerProcess, serviceId: string): Promise<FoundInstance[]>;
  /** What the builds of the service left besides folders. */
  listImages(serviceId: string): Promise<string[]>;
  /** Puts an empty file where the application of a deployment runs, or its command does. */
  touch(deployment: DeploymentView, folder: string, file: string): Promise<void>;
}

/** Plain processes of this machine. */
export const processPlace: DrillPlace = {
  environment: {},
  settings: drillSettings,
  app: drillApp,
  async listInstances({ agent }, serviceId) {
    return (await agent.listInstances()).filter(({ group }) => group === serviceId);
  },
  listImages: async () => [],
  touch: (_deployment, folder, file) => writeFile(join(folder, file), ''),
};

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

/** Containers of an engine, from images that it builds. */
export function containerPlace({ host, docker }: Pick<DockerEngine, 'host' | 'docker'>): DrillPlace {
  const list = (label: string, format: string) =>
    docker('ps', '-a', '--filter', `label=${label}`, '--format', format).then(linesOf);
  return {
    environment: { RUNTIME: 'docker', DOCKER_HOST: host },
    settings: containerSettings,
    app: containerApp,
    async listInstances(_platform, serviceId) {
      const found = await list(`davit.service=${serviceId}`, '{{.Label "davit.instance"}} {{.State}}');
      return found.map((line) => {
        const [id = '', state = ''] = line.split(' ');
        return { id, state };
      });
    },
    async listImages(serviceId) {
      const images = await docker(
        'images',
        '--no-trunc',
        '--filter',
        `label=davit.image.service=${serviceId}`,
        '--format',
        '{{.ID}}',
      );
      return [...new Set(linesOf(images))].sort();
    },
    async touch({ id }, _folder, file) {
      const containers = await list(`davit.deployment=${id}`, '{{.ID}}');
      for (const container of containers) await docker('exec', container, 'touch', `/app/${file}`);
    },
  };
}

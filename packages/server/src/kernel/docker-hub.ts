/** What names of images call Docker Hub, where they name it at all. */
export const DOCKER_HUB = 'docker.io';

/** Where its registry answers. */
export const DOCKER_HUB_HOST = 'registry-1.docker.io';

/** All names that people and engines have for it, in small letters. */
export const dockerHubNames: readonly string[] = [
  DOCKER_HUB,
  'index.docker.io',
  DOCKER_HUB_HOST,
  'registry.hub.docker.com',
];

export const isDockerHub = (server: string): boolean => dockerHubNames.includes(server.toLowerCase());

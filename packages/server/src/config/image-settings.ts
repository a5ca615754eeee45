import { z } from 'zod';
import { accessKey, integer, optional, registryPassword, setting, webUrl } from './setting.ts';

const buildkitAddress = z
  .string()
  .regex(/^(?:unix:\/\/\/[^\s\0]+|tcp:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5})$/)
  .describe('unix:///PATH or tcp://HOST:PORT');

const imageName = /^[A-Za-z0-9][A-Za-z0-9.:/_{}-]*(?:@sha256:[0-9a-f]{64})?$/;
const stages = ['node-build', 'node', 'python-build', 'python', 'go-build', 'go'];

const baseImages = z
  .string()
  .transform((text) =>
    text.split(',').map((entry): [string, string] => {
      const [, name = '', image = ''] = /^\s*([^=]*)=(.*?)\s*$/.exec(entry) ?? [];
      return [name, image];
    }),
  )
  .refine((entries) => entries.every(([name, image]) => stages.includes(name) && imageName.test(image)))
  .transform((entries): Readonly<Record<string, string>> => Object.fromEntries(entries))
  .describe(`NAME=IMAGE separated by commas, NAME one of ${stages.join(', ')}`);

/** Its path becomes part of the names of images, which take small letters alone. */
const registryUrl = webUrl
  .refine((text) => /^(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/.test(new URL(text).pathname.replace(/\/$/, '')))
  .describe(
    'a URL of a registry with a path of small letters, digits and . _ -, such as https://registry.example.com/team',
  );

/** How images are built, and where they are kept. */
export const imageSettings = {
  BUILDKIT_ADDRESS: optional(buildkitAddress, {
    shownDefault: 'unset: the BuildKit of the Docker Engine',
    meaning: 'A `buildkitd` that builds images in place of the Docker Engine; `buildctl` must be on this machine.',
  }),
  BASE_IMAGES: optional(baseImages, {
    shownDefault: 'the official images of Docker Hub',
    meaning:
      'Images that generated Dockerfiles begin with, such as `node=registry.example.com/node:{version}-slim`; `{version}` is what the source asks for. Where there is no way to public registries, or for images pinned by digest.',
  }),
  BUILD_CONCURRENCY: setting(integer(1, 64), {
    default: '2',
    meaning: 'Builds that one server has under way at the same time; others wait and say so.',
  }),
  BUILD_MEMORY_MB: optional(integer(64, 1_048_576), {
    shownDefault: 'unset: `memoryMb` of the service',
    meaning:
      'The most memory that one build may use, and the steps of its image together. Steps of all images together never get more than three quarters of this machine’s.',
  }),
  BUILD_CPUS: optional(integer(1, 1024), {
    shownDefault: 'unset: `cpus` of the service',
    meaning: 'The most processors that one build may use. Steps of images give way to what runs in any case.',
  }),
  BUILD_MIN_FREE_MEMORY_MB: setting(integer(0, 1_048_576), {
    default: '512',
    meaning: 'A build waits until so much memory of this machine is free.',
  }),
  BUILD_MIN_FREE_DISK_MB: setting(integer(0, 1_048_576), {
    default: '1024',
    meaning:
      'A build, or the fetching of a finished image, waits until so much space is free where BUILD_DIR is and where the Docker Engine keeps images; one that leaves less than half of it is ended. By the same rule sources are fetched and unpacked, and an upload is refused or ended, where DATA_DIR and BUILD_DIR are.',
  }),
  REGISTRY_URL: optional(registryUrl, {
    shownDefault: 'unset: images stay on this machine',
    meaning:
      'An image registry where built images are pushed, with the path that they go below, such as `https://registry.example.com/team`.',
  }),
  REGISTRY_USERNAME: optional(accessKey, {
    shownDefault: 'unset: nobody signs in',
    meaning: 'Who signs in at REGISTRY_URL, for instance the name of a robot account.',
  }),
  REGISTRY_PASSWORD: optional(registryPassword, {
    shownDefault: 'unset',
    meaning:
      'The password or token of REGISTRY_USERNAME; for Artifact Registry with the user `_json_key` the JSON key of a service account.',
    secret: true,
  }),
};

import { z } from 'zod';
import { DOCKER_HUB } from '../../kernel/docker-hub.ts';

const host = '(?:localhost|(?=[^/]*[.:])[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(?::[0-9]{1,5})?';
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
// https://github.com/distribution/reference, without capital letters in hosts.
const name = new RegExp(
  `^(?:(${host})/)?(${component}(?:/${component}){0,15})(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** The name of an image as `docker pull` takes it: never an option, never more than one word. */
export const imageName = z
  .string()
  .max(512)
  .regex(name, 'must be the name of an image, such as ghcr.io/owner/app:1.4 or name@sha256:…');

/** The registry that an image comes from, `docker.io` where it names none. */
export function registryOf(image: string): string {
  return name.exec(image)?.[1] ?? DOCKER_HUB;
}

/** The name without tag and digest. */
export function repositoryOf(image: string): string {
  const [, server, path = ''] = name.exec(image) ?? [];
  return server === undefined ? path : `${server}/${path}`;
}

/** The name by which an engine is asked for: without tag and digest it would bring all tags. */
export function pullName(image: string): string {
  return image === repositoryOf(image) ? `${image}:latest` : image;
}

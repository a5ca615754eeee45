import { z } from 'zod';

const host = '(?:localhost|(?=[^/]*[.:])[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(?::[0-9]{1,5})?';
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
// https://github.com/distribution/reference, without capital letters in hosts.
const name = new RegExp(
  `^(?:${host}/)?${component}(?:/${component}){0,15}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** The name of an image as `docker pull` takes it: never an option, never more than one word. */
export const imageName = z
  .string()
  .max(512)
  .regex(name, 'must be the name of an image, such as ghcr.io/owner/app:1.4 or name@sha256:…');

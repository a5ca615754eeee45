import { expect, test } from 'vitest';
import { canonicalRepository } from './canonical-repository.ts';

test.each([
  ['nginx', 'docker.io', 'library/nginx'],
  ['library/nginx:1.27', 'docker.io', 'library/nginx'],
  ['docker.io/nginx@sha256:0', 'docker.io', 'library/nginx'],
  ['index.docker.io/library/nginx', 'docker.io', 'library/nginx'],
  ['team/app', 'docker.io', 'team/app'],
  ['docker.io/team/app', 'docker.io', 'team/app'],
  ['GHCR.io/team/app:1', 'ghcr.io', 'team/app'],
  ['registry:5000/app:1', 'registry:5000', 'app'],
  ['localhost/app', 'localhost', 'app'],
])('%s is in %s, %s', (image, host, path) => {
  expect(canonicalRepository(image)).toEqual({ host, path });
});

import { expect, test } from 'vitest';
import { canonicalRepository, registryOf, repositoryOf, withVersion } from './image-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['nginx', 'docker.io', 'nginx', 'nginx:latest'],
  ['nginx:1.27', 'docker.io', 'nginx', 'nginx:1.27'],
  ['library/nginx', 'docker.io', 'library/nginx', 'library/nginx:latest'],
  ['ghcr.io/owner/app:1.4', 'ghcr.io', 'ghcr.io/owner/app', 'ghcr.io/owner/app:1.4'],
  ['127.0.0.1:5000/shop', '127.0.0.1:5000', '127.0.0.1:5000/shop', '127.0.0.1:5000/shop:latest'],
  ['localhost/a__b/c-d', 'localhost', 'localhost/a__b/c-d', 'localhost/a__b/c-d:latest'],
  [`quay.io/a/b:v1@${digest}`, 'quay.io', 'quay.io/a/b', `quay.io/a/b:v1@${digest}`],
])('%s comes from %s', (image, registry, repository, asked) => {
  expect([registryOf(image), repositoryOf(image), withVersion(image)]).toEqual([registry, repository, asked]);
});

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

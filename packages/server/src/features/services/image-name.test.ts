import { describe, expect, test } from 'vitest';
import { imageName, pullName, registryOf, repositoryOf } from './image-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the name of an image', () => {
  test.each([
    ['nginx', 'docker.io', 'nginx', 'nginx:latest'],
    ['nginx:1.27', 'docker.io', 'nginx', 'nginx:1.27'],
    ['library/nginx', 'docker.io', 'library/nginx', 'library/nginx:latest'],
    ['ghcr.io/owner/app:1.4', 'ghcr.io', 'ghcr.io/owner/app', 'ghcr.io/owner/app:1.4'],
    ['127.0.0.1:5000/shop', '127.0.0.1:5000', '127.0.0.1:5000/shop', '127.0.0.1:5000/shop:latest'],
    ['localhost/a__b/c-d', 'localhost', 'localhost/a__b/c-d', 'localhost/a__b/c-d:latest'],
    [`quay.io/a/b:v1@${digest}`, 'quay.io', 'quay.io/a/b', `quay.io/a/b:v1@${digest}`],
  ])('%s comes from %s', (image, registry, repository, asked) => {
    expect(imageName.safeParse(image).success).toBe(true);
    expect([registryOf(image), repositoryOf(image), pullName(image)]).toEqual([registry, repository, asked]);
  });

  test.each([
    '',
    '-v',
    '--privileged',
    'a b',
    'nginx\n',
    'nginx;reboot',
    '$(reboot)',
    '`reboot`',
    'nginx|cat',
    "nginx'",
    'nginx"',
    'nginx&',
    '../nginx',
    'a//b',
    'NGINX',
    'https://ghcr.io/a/b',
    'user:password@ghcr.io/a',
    'nginx@sha256:12',
    'nginx:',
    ':latest',
    'a'.repeat(600),
  ])('is not %j', (text) => {
    expect(imageName.safeParse(text).success).toBe(false);
  });
});

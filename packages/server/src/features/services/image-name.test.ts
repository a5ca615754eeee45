import { describe, expect, test } from 'vitest';
import { imageName } from './image-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the name of an image', () => {
  test.each([
    'nginx',
    'nginx:1.27',
    'library/nginx',
    'ghcr.io/owner/app:1.4',
    '127.0.0.1:5000/shop',
    'localhost/a__b/c-d',
    `quay.io/a/b:v1@${digest}`,
  ])('is %s', (text) => {
    expect(imageName.safeParse(text).success).toBe(true);
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

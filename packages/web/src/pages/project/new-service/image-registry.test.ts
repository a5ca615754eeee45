import { expect, test } from 'vitest';
import { credentialNameFor, isSameRegistry, nameInImage, registryOf } from './image-registry.ts';

test.each([
  ['nginx', 'docker.io'],
  ['owner/app:1.4', 'docker.io'],
  ['ghcr.io/owner/app:1.4', 'ghcr.io'],
  ['localhost/app', 'localhost'],
  [' registry:5000/team/app@sha256:abc ', 'registry:5000'],
])('%s comes from %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});

test('Docker Hub is the same by each of its names, and no other registry', () => {
  expect(isSameRegistry('docker.io', 'index.docker.io')).toBe(true);
  expect(isSameRegistry('docker.io', 'ghcr.io')).toBe(false);
});

test.each([
  ['ghcr.io/owner/My_App:1.4', 'My_App'],
  ['registry:5000/team/app', 'app'],
  ['team/app@sha256:0123', 'app'],
])('%s is called %s', (image, name) => {
  expect(nameInImage(image)).toBe(name);
});

test('a credential is named after its registry and its first service', () => {
  expect(credentialNameFor('ghcr.io', 'shop')).toBe('ghcr-io-shop');
  expect(credentialNameFor('127.0.0.1:5000', 'shop')).toBe('127-0-0-1-5000-shop');
});

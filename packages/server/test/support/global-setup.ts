import type { TestProject } from 'vitest/node';
import { compileCode } from './compiled-code.ts';
import { type DockerDoor, openDockerDoor } from './docker-door.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

interface Shared {
  postgres: Promise<TestPostgres>;
  docker: Promise<DockerDoor>;
  code: Promise<void>;
  users: number;
}

// Each vitest project loads this file anew; they share one PostgreSQL and one Docker engine through the process.
const sharedKey = Symbol.for('davit.test-postgres');
const holder = globalThis as { [sharedKey]?: Shared };

/** Runs once for each vitest project that needs PostgreSQL or Docker, before its first test. */
export async function setup(project: TestProject): Promise<void> {
  const shared = (holder[sharedKey] ??= {
    postgres: startTestPostgres(),
    docker: openDockerDoor(),
    code: compileCode(),
    users: 0,
  });
  shared.users += 1;
  await shared.code;
  project.provide('postgres', (await shared.postgres).connectionString);
  project.provide('dockerDoor', (await shared.docker).socketPath);
}

/** Stops both with the last of them. */
export async function teardown(): Promise<void> {
  const shared = holder[sharedKey];
  if (!shared) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  delete holder[sharedKey];
  await (await shared.docker)[Symbol.asyncDispose]();
  await (await shared.postgres).stop();
}

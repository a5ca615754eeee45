import type { TestProject } from 'vitest/node';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

interface Shared {
  postgres: Promise<TestPostgres>;
  users: number;
}

// Each vitest project loads this file anew; they share one PostgreSQL through the process.
const sharedKey = Symbol.for('davit.test-postgres');
const holder = globalThis as { [sharedKey]?: Shared };

/** Runs once for each vitest project that needs PostgreSQL, before its first test. */
export async function setup(project: TestProject): Promise<void> {
  const shared = (holder[sharedKey] ??= { postgres: startTestPostgres(), users: 0 });
  shared.users += 1;
  project.provide('postgres', (await shared.postgres).connectionString);
}

/** Stops PostgreSQL with the last of them. */
export async function teardown(): Promise<void> {
  const shared = holder[sharedKey];
  if (!shared) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  delete holder[sharedKey];
  await (await shared.postgres).stop();
}

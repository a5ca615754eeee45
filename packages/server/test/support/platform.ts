import type { RequestWatch } from './api-caller.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The whole platform, real in every part: server process, agent, proxy, PostgreSQL. */
export interface Platform extends ServerProcess {
  /** What the server keeps, to look into it from outside. */
  database: TestDatabase;
}

export interface PlatformOptions {
  /** On top of the test's own settings. */
  environment?: Readonly<Record<string, string>>;
  /** Of the requests of its owner. */
  watch?: RequestWatch;
}

/** Starts a platform of its own in a folder and a database of its own, claimed by its first owner. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  // The server holds connections of its own; those of a killed one take a moment to be noticed.
  const database = await createTestDatabase({ settleMs: 20_000 });
  try {
    const server = await startServerProcess(
      { DATABASE_URL: database.connectionString, ...options.environment },
      options.watch === undefined ? {} : { watch: options.watch },
    );
    const stop = server[Symbol.asyncDispose];
    server[Symbol.asyncDispose] = async () => {
      await stop();
      await database[Symbol.asyncDispose]();
    };
    return Object.assign(server, { database });
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

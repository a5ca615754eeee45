import { createIdleApp, type IdleApp } from '../../../server/test/support/idle-app.ts';
import { createTestDatabase, type TestDatabase } from '../../../server/test/support/test-database.ts';
import { type Ended, runDavit } from './run-davit.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { type TypedDavit, typeDavit } from './type-davit.ts';

/** The real command beside a server that takes every request, with an API token of its first owner, owner@example.org. */
export interface CommandStand extends AsyncDisposable {
  app: IdleApp;
  database: TestDatabase;
  /** Its home, where it is run. */
  home: TemporaryFolder;
  url: string;
  token: string;
  davit(argv: readonly string[], input?: string): Promise<Ended>;
  /** On a terminal. */
  type(argv: readonly string[]): TypedDavit;
}

/** Starts the server with these settings, and signs in. */
export async function startCommandStand(settings: Readonly<Record<string, string>> = {}): Promise<CommandStand> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const app = stack.use(await createIdleApp(database, undefined, settings));
  const home = stack.use(await temporaryFolder());
  const { accessToken } = await app.register('owner@example.org');
  const named = { name: 'cli', scope: 'admin' };
  const { token } = await app.must<{ token: string }>('POST', '/v1/api-tokens', named, accessToken);
  const url = await app.listen();
  const env = { HOME: home.path, DAVIT_URL: url, DAVIT_TOKEN: token };
  const own = stack.move();
  return {
    app,
    database,
    home,
    url,
    token,
    davit: (argv, input) => runDavit(argv, { cwd: home.path, env, ...(input === undefined ? {} : { input }) }),
    type: (argv) => typeDavit(argv, { env, cols: 120, rows: 30 }),
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}

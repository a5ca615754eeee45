import { type ApiClient, createApiClient, type TokenSource } from '@davit/api';
import { failed, notAuthorised } from '../command-line/cli-error.ts';
import type { Environment } from '../environment.ts';
import { claimLocalServer, localKey } from '../local/claim-local-server.ts';
import { findLocalServer } from '../local/local-server.ts';
import type { ConfigFile } from './config-file.ts';
import { createTokenSource } from './token-source.ts';

/** A server that may be asked, in somebody's name. */
export interface Connection {
  /** Under which its sign-in is kept. */
  key: string;
  url: string;
  isLocal: boolean;
  /** Where the server is now: the one of this machine may come back on another port. */
  locate: () => Promise<string>;
  token: TokenSource;
  api: ApiClient;
}

/** Which server is meant: an address, or the one of this machine. */
export type ServerChoice = { kind: 'remote'; url: string } | { kind: 'local' };

/** DAVIT_URL first, then the folder's link, then the server that somebody signed in to last, then the one of this machine. */
export async function chooseServer(
  environment: Environment,
  config: ConfigFile,
  linked: string | undefined,
): Promise<ServerChoice> {
  const url = environment.url ?? (linked === 'local' ? undefined : (linked ?? (await config.read()).current));
  return url === undefined ? { kind: 'local' } : { kind: 'remote', url };
}

const userAgent = `davit-cli (node ${process.versions.node}; ${process.platform})`;

function toConnection(
  environment: Environment,
  config: ConfigFile,
  { key, url, isLocal }: Pick<Connection, 'key' | 'url' | 'isLocal'>,
): Connection {
  const locate = async () => (isLocal ? (await findLocalServer(environment.dataDir))?.url : undefined) ?? url;
  const given = environment.token;
  const token = given === undefined ? createTokenSource(config, key, locate) : () => Promise.resolve(given);
  return { key, url, isLocal, locate, token, api: createApiClient({ baseUrl: url, token, userAgent }) };
}

/** The connection to a server that is known to be there. */
export async function connectTo(
  environment: Environment,
  config: ConfigFile,
  server: { url: string; isLocal: boolean },
): Promise<Connection> {
  const key = server.isLocal ? localKey(environment.dataDir) : server.url;
  const connection = toConnection(environment, config, { ...server, key });
  if (environment.token === undefined && (await config.read()).servers[key] === undefined) {
    throw notAuthorised(`You are not signed in to ${server.isLocal ? 'the davit of this machine' : server.url}.`, {
      hint: server.isLocal
        ? `Sign in with \`davit login\`. It belongs to whoever started it first.`
        : `Sign in with \`davit login ${server.url}\`, or set DAVIT_TOKEN.`,
    });
  }
  return connection;
}

/**
 * The connection that a command uses. A server of this machine that nobody owns yet becomes its user's.
 * @throws CliError when nothing runs here, or nobody is signed in
 */
export async function connect(
  environment: Environment,
  config: ConfigFile,
  linked: string | undefined,
): Promise<Connection> {
  const choice = await chooseServer(environment, config, linked);
  if (choice.kind === 'remote') return await connectTo(environment, config, { url: choice.url, isLocal: false });
  const server = await findLocalServer(environment.dataDir);
  if (server === undefined) throw notRunning(environment);
  await claimLocalServer(environment, config, server.url);
  return await connectTo(environment, config, { url: server.url, isLocal: true });
}

/** What every command says that needs a server where there is none. */
export function notRunning({ dataDir }: Environment): Error {
  return failed('davit is not running here.', {
    hint: 'Start it with `davit up [folder]`, or in the foreground with `davit serve`; or name another server: `davit login URL`.',
    details: { dataDir },
  });
}

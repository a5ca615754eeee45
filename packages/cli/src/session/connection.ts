import { type ApiClient, createApiClient, type TokenSource } from '@davit/api';
import { failed, notAuthorised } from '../command-line/cli-error.ts';
import type { Environment } from '../environment.ts';
import { claimLocalServer, localKey } from '../local/claim-local-server.ts';
import { findLocalServer } from '../local/local-server.ts';
import type { Config, ConfigFile } from './config-file.ts';
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

/** Told that a command waits because the server has been asked too often. */
export type OnLimited = (seconds: number) => void;

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

/** DAVIT_TOKEN is for a server that the user chose: the link in a folder, which may be a stranger's, does not get it. */
function givenToken(
  { token, url }: Environment,
  { current, servers }: Config,
  server: ServerAddress,
): string | undefined {
  const isChosen = server.isLocal || server.url === url || server.url === current || server.url in servers;
  return isChosen ? token : undefined;
}

interface ServerAddress {
  url: string;
  isLocal: boolean;
}

/**
 * The connection to a server that is known to be there.
 * @throws CliError when nobody is signed in to it
 */
export async function connectTo(
  environment: Environment,
  config: ConfigFile,
  server: ServerAddress,
  onLimited: OnLimited,
): Promise<Connection> {
  const { url, isLocal } = server;
  const key = isLocal ? localKey(environment.dataDir) : url;
  const stored = await config.read();
  const given = givenToken(environment, stored, server);
  if (given === undefined && stored.servers[key] === undefined) {
    throw notAuthorised(`You are not signed in to ${isLocal ? 'the davit of this machine' : url}.`, {
      hint: isLocal
        ? 'Sign in with `davit login`. It belongs to whoever started it first.'
        : `Sign in with \`davit login ${url}\`, or set DAVIT_URL and DAVIT_TOKEN.`,
    });
  }
  const locate = async () => (isLocal ? (await findLocalServer(environment.dataDir))?.url : undefined) ?? url;
  const token = given === undefined ? createTokenSource(config, key, locate) : () => Promise.resolve(given);
  return { key, url, isLocal, locate, token, api: createApiClient({ baseUrl: url, token, userAgent, onLimited }) };
}

/**
 * The connection that a command uses. A server of this machine that nobody owns yet becomes its user's.
 * @throws CliError when nothing runs here, or nobody is signed in
 */
export async function connect(
  environment: Environment,
  config: ConfigFile,
  linked: string | undefined,
  onLimited: OnLimited,
): Promise<Connection> {
  const choice = await chooseServer(environment, config, linked);
  if (choice.kind === 'remote')
    return await connectTo(environment, config, { url: choice.url, isLocal: false }, onLimited);
  const server = await findLocalServer(environment.dataDir);
  if (server === undefined) throw notRunning(environment);
  await claimLocalServer(environment, config, server.url);
  return await connectTo(environment, config, { url: server.url, isLocal: true }, onLimited);
}

/** What every command says that needs a server where there is none. */
export function notRunning({ dataDir }: Environment): Error {
  return failed('davit is not running here.', {
    hint: 'Start it with `davit up [folder]`, or in the foreground with `davit serve`; or name another server: `davit login URL`.',
    details: { dataDir },
  });
}

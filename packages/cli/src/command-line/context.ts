import { type Environment, readEnvironment } from '../environment.ts';
import { chooseService, rememberService } from '../session/choose-service.ts';
import { type ConfigFile, createConfigFile } from '../session/config-file.ts';
import { type Connection, connect, type OnLimited } from '../session/connection.ts';
import { findLink, type Link } from '../session/link-file.ts';
import { createOutput, type Output } from '../terminal/output.ts';

/** The options that every command has. */
export interface CommonOptions {
  json?: boolean;
  quiet?: boolean;
}

/** What a command works with. */
export interface Context {
  environment: Environment;
  output: Output;
  config: ConfigFile;
  /** Of the folder that the command was called in, or of one above. */
  findLink(): Promise<Link | undefined>;
  /** To the server that is meant. @throws CliError when there is none, or nobody is signed in */
  connect(): Promise<Connection>;
}

/** What a command says that stands still because the server has been asked too often. */
export function sayLimited({ note }: Pick<Output, 'note'>): OnLimited {
  return (seconds) => note(`Too many requests: going on in ${seconds} s.`);
}

export function createContext({ json = false, quiet = false }: CommonOptions): Context {
  const environment = readEnvironment();
  const config = createConfigFile(environment.configFolder);
  const output = createOutput({ json, quiet, noColour: environment.noColour });
  const linkHere = async () => (await findLink(process.cwd()))?.link;
  return {
    environment,
    config,
    output,
    findLink: linkHere,
    connect: async () => await connect(environment, config, (await linkHere())?.server, sayLimited(output)),
  };
}

/** What commands about one service start with: the connection, and the service that is meant. */
export async function openService(context: Context, named: string | undefined) {
  const { config, output } = context;
  const connection = await context.connect();
  const link = named === undefined ? await context.findLink() : undefined;
  const service = await chooseService(connection, { named, link, config, output });
  const remember = async () => await rememberService(config, connection.key, service.id);
  return { connection, service, remember };
}

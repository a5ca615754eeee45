import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** What the environment tells the command: read here and nowhere else. */
export interface Environment {
  /** DAVIT_URL: the server to speak to, instead of the one that runs here or that somebody signed in to. */
  url: string | undefined;
  /** DAVIT_TOKEN: an API token, for machines without a sign-in. */
  token: string | undefined;
  /** Where the command keeps sign-ins: `$XDG_CONFIG_HOME/davit`. */
  configFolder: string;
  /** DATA_DIR of the server on this machine, as the server itself finds it. */
  dataDir: string;
  /** NO_COLOR (https://no-color.org), or a terminal that cannot. */
  noColour: boolean;
  /** Names this user to others. */
  userName: string;
  /** All of it, for the programs that davit starts for the user. */
  variables: Readonly<Record<string, string | undefined>>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the environment. A variable that is set to nothing is unset. */
export function readEnvironment(variables: Variables = process.env, uid = process.getuid?.()): Environment {
  const text = (name: string) => variables[name] || undefined;
  const home = text('HOME') ?? homedir();
  return {
    url: text('DAVIT_URL')?.replace(/\/+$/, ''),
    token: text('DAVIT_TOKEN'),
    configFolder: join(text('XDG_CONFIG_HOME') ?? join(home, '.config'), 'davit'),
    dataDir: resolve(text('DATA_DIR') ?? defaultDataDir(text('XDG_DATA_HOME') ?? join(home, '.local', 'share'), uid)),
    noColour: text('NO_COLOR') !== undefined || text('TERM') === 'dumb',
    userName: text('USER') ?? nameOfUser(),
    variables,
  };
}

function defaultDataDir(dataHome: string, uid: number | undefined): string {
  return uid === 0 ? '/var/lib/davit' : join(dataHome, 'davit');
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the password file, as containers have.
    return 'davit';
  }
}

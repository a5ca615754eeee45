import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { failed } from '../command-line/cli-error.ts';
import { withFileLock } from './file-lock.ts';

/** What the command knows of one server. */
export interface Account {
  email?: string;
  /** Only where the command itself made the account. */
  password?: string;
  accessToken?: string;
  accessTokenExpiresAt?: string;
  refreshToken?: string;
  /** Instead of the tokens of a sign-in. */
  apiToken?: string;
  /** What was deployed last from here: what a command without a link speaks of. */
  lastServiceId?: string;
}

/** Sign-ins of this user. Keys of `servers` are addresses, or `local:DATA_DIR`, whose address may change. */
export interface Config {
  /** The server that somebody signed in to last; absent: the one on this machine. */
  current?: string;
  servers: Record<string, Account>;
}

export interface ConfigFile {
  readonly path: string;
  read(): Promise<Config>;
  /** Changes it while no other process does; `change` sees what is there then. `save` stores what it has done so far. */
  update<T>(change: (config: Config, save: () => Promise<void>) => Promise<T> | T): Promise<T>;
}

function parseConfig(text: string, path: string): Config {
  try {
    const value = JSON.parse(text) as Partial<Config>;
    if (typeof value.servers === 'object' && value.servers !== null) return value as Config;
  } catch {
    // As for one that is JSON and something else.
  }
  throw failed(`${path} cannot be understood.`, { hint: 'Remove it and sign in again with `davit login`.' });
}

/** `config.json` in the user's configuration folder, mode 0600, written whole or not at all. */
export function createConfigFile(folder: string): ConfigFile {
  const path = join(folder, 'config.json');

  async function read(): Promise<Config> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? { servers: {} } : parseConfig(text, path);
  }

  async function write(config: Config): Promise<void> {
    const fresh = `${path}.new`;
    await using file = await open(fresh, 'w', 0o600);
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify(config, null, 2)}\n`);
    await file.sync();
    await rename(fresh, path);
  }

  return {
    path,
    read,
    async update(change) {
      const made = await mkdir(folder, { recursive: true, mode: 0o700 });
      if (made !== undefined) await chmod(folder, 0o700);
      return await withFileLock(`${path}.lock`, async () => {
        const config = await read();
        let stored = JSON.stringify(config);
        const save = async () => {
          if (JSON.stringify(config) !== stored) await write(config);
          stored = JSON.stringify(config);
        };
        const result = await change(config, save);
        await save();
        return result;
      });
    },
  };
}

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adminErrors } from './admin-errors.ts';
import { type Config, loadConfig } from './config/config.ts';
import { findDataDir } from './config/data-dir.ts';
import { joinSettings, noteSettings, type SettingsInUse, settingsInUse } from './config/settings-in-use.ts';
import { syncFolder } from './platform/crypto/secret-file.ts';

// A server has its settings from its unit's file, which no shell reads. An operator's command without them would look at another
// database, and at no Caddy: so the server leaves them beside its data.

const fileOf = (dataDir: string) => join(dataDir, 'settings.json');

/** From now on the commands of an operator find the settings of this process. Secrets are not among them. */
export async function writeSettingsInUse(dataDir: string): Promise<void> {
  const temporary = `${fileOf(dataDir)}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(noteSettings(), null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(temporary, fileOf(dataDir));
  await syncFolder(dataDir);
}

/** Undefined: no server has run on this folder since there is such a file, or it is another user's. */
async function readSettingsInUse(dataDir: string): Promise<SettingsInUse | undefined> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    // The commands that need more than to look around say themselves whose folder it is.
    if (error.code === 'ENOENT' || error.code === 'EACCES') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return settingsInUse.parse(JSON.parse(text));
  } catch {
    throw adminErrors.SERVER_SETTINGS_MISSING({
      message: `${fileOf(dataDir)}, where the server leaves its settings, cannot be read.`,
      hint: 'Start the server, which writes it anew; or remove it, and load the settings of the server into this shell.',
    });
  }
}

export interface ServerConfig {
  config: Config;
  /** Names of the settings that this shell gives otherwise than the server has them. */
  different: readonly string[];
}

/**
 * The settings of the server that ran here last, under those of this shell.
 *
 * @throws AppError CONFIG_INVALID, SERVER_SETTINGS_MISSING
 */
export async function loadServerConfig(): Promise<ServerConfig> {
  const dataDir = findDataDir();
  const inUse = dataDir === undefined ? undefined : await readSettingsInUse(dataDir);
  if (inUse === undefined) return { config: loadConfig(), different: [] };
  const { environment, missing, different } = joinSettings(inUse);
  if (missing.length === 0) return { config: loadConfig(environment), different };
  throw adminErrors.SERVER_SETTINGS_MISSING({
    message: `The server on ${dataDir} has ${missing.join(', ')}, and this shell has not.`,
  });
}

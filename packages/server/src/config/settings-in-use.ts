import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { settings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that a server was given, as a file beside its data may hold them: of a secret only what tells whether another is the same. */
export const settingsInUse = z.object({
  salt: z.string(),
  values: z.record(z.string(), z.string()),
  secrets: z.record(z.string(), z.string()),
});
export type SettingsInUse = z.output<typeof settingsInUse>;

/** What the settings of a server and of a shell together come to. */
export interface JoinedSettings {
  /** The shell's, and what the shell does not give as the server has it. */
  environment: Environment;
  /** Secrets that the server was given, and the shell was not. */
  missing: readonly string[];
  /** What the shell gives otherwise than the server has it. */
  different: readonly string[];
}

const digestOf = (salt: string, text: string): string => createHmac('sha256', salt).update(text).digest('base64url');

/** A variable that is set to nothing is unset, as Compose files make them. A machine whose Node needs another authority has builds that need it too. */
export function textOf(environment: Environment, name: string): string | undefined {
  const text = environment[name] || undefined;
  return name === 'EXTRA_CA_FILE' ? (text ?? textOf(environment, 'NODE_EXTRA_CA_CERTS')) : text;
}

// The folder that the settings are found in may have been moved with them.
const entries = Object.entries(settings).filter(([name]) => name !== 'DATA_DIR');

/** What this process was given. */
export function noteSettings(environment: Environment = process.env): SettingsInUse {
  const salt = randomBytes(16).toString('base64url');
  const noted: SettingsInUse = { salt, values: {}, secrets: {} };
  for (const [name, { secret }] of entries) {
    const text = textOf(environment, name);
    if (text === undefined) continue;
    if (secret) noted.secrets[name] = digestOf(salt, text);
    else noted.values[name] = text;
  }
  return noted;
}

/**
 * The settings of a server for a program in another shell. What the shell sets wins, also where it sets it to nothing: that is how
 * somebody says that it is to be without.
 */
export function joinSettings(inUse: SettingsInUse, shell: Environment = process.env): JoinedSettings {
  const environment: Record<string, string | undefined> = { ...shell };
  const missing: string[] = [];
  const different: string[] = [];
  for (const [name, { secret, default: usual }] of entries) {
    const given = textOf(shell, name);
    const isGiven = given !== undefined || shell[name] !== undefined;
    if (secret) {
      const digest = inUse.secrets[name];
      if (!isGiven && digest !== undefined) missing.push(name);
      if (isGiven && (given && digestOf(inUse.salt, given)) !== digest) different.push(name);
    } else if (isGiven) {
      if ((given ?? usual) !== (inUse.values[name] ?? usual)) different.push(name);
    } else environment[name] = inUse.values[name];
  }
  return { environment, missing, different };
}

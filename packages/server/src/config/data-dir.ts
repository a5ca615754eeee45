import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where davit keeps everything unless DATA_DIR says otherwise; undefined where there is no home folder to keep it in. */
export function findDefaultDataDir(env: Environment, uid: number | undefined): string | undefined {
  if (uid === 0) return '/var/lib/davit';
  const home = env['HOME'] || undefined;
  const data = (env['XDG_DATA_HOME'] || undefined) ?? (home && join(home, '.local', 'share'));
  return data && join(data, 'davit');
}

/** The data folder, before the configuration is read and judged; for what must be known before anything else is loaded. */
export function findDataDir(
  env: Environment = process.env,
  uid: number | undefined = process.getuid?.(),
): string | undefined {
  const given = env['DATA_DIR'] || findDefaultDataDir(env, uid);
  return given === undefined ? undefined : resolve(given);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The davit command, with a data folder and a configuration of its own. */
export interface DavitCommand extends AsyncDisposable {
  dataDir: string;
  /** Runs `davit ARGV…` in `cwd` to its end. */
  run(cwd: string, ...argv: string[]): Promise<Ended>;
  /** As run(), for commands that must succeed; what they print. */
  done(cwd: string, ...argv: string[]): Promise<string>;
}

/** Calls the launcher as a person would; what it started is stopped at the end. */
export async function createDavitCommand(environment: Readonly<Record<string, string>> = {}): Promise<DavitCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-cli-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  const { PATH = '', HOME = '', NODE_EXTRA_CA_CERTS } = process.env;
  const env = {
    PATH,
    HOME,
    ...(NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }),
    DATA_DIR: dataDir,
    XDG_CONFIG_HOME: join(folder, 'config'),
    PORT: '0',
    PROXY_PORT: '0',
    NO_COLOR: '1',
    ...environment,
  };

  async function run(cwd: string, ...argv: string[]): Promise<Ended> {
    const child = spawn(join(root, 'davit'), argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  return {
    dataDir,
    run,
    async done(cwd, ...argv) {
      const { code, stdout, stderr } = await run(cwd, ...argv);
      if (code !== 0) throw new Error(`davit ${argv.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      await run(folder, 'down');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

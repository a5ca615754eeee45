import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { failed } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { buildWebUi } from '../local/build-web-ui.ts';
import { findServerProcess } from '../local/local-server.ts';
import { serverProgram } from '../local/start-local-server.ts';

/** Signals are passed on; the second Ctrl-C is from somebody who will not wait, and the server then ends at once. */
async function serve({ environment, output }: Context): Promise<void> {
  const running = await findServerProcess(environment.dataDir);
  if (running !== undefined) {
    throw failed(`davit runs here already, at ${running.url} (process ${running.pid}).`, {
      hint: 'Stop it with `davit down`, or give this one another DATA_DIR, PORT and PROXY_PORT.',
    });
  }
  const child = spawn(process.execPath, [serverProgram], {
    env: { ...environment.variables, DATA_DIR: environment.dataDir },
    stdio: 'inherit',
    // A group of its own: a Ctrl-C in the terminal would otherwise reach it twice, and the second one ends it hard.
    detached: true,
  });
  // Beside the start: the server finds it as soon as it is there.
  void buildWebUi((text) => output.note(`davit: ${text}`));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, passOn);
  process.exitCode = await promise;
}

/** `davit serve` */
export function createServeCommand(): Command {
  const command = davitCommand({
    name: 'serve',
    summary: 'run the server in the foreground',
    description:
      'Runs the server in the foreground, with its log on this terminal; it is configured by environment variables.\nCtrl-C ends it in order, a second one at once. Services go on running under the agent: `davit down` stops them too.',
    examples: [
      ['davit serve', 'run davit until Ctrl-C'],
      ['PORT=5000 DATA_DIR=/srv/davit davit serve', 'with settings of its own'],
    ],
  });
  return acting<CommonOptions>(command, serve);
}

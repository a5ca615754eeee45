import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { failed } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';

const openers: Readonly<Record<string, string>> = { darwin: 'open', linux: 'xdg-open' };

/** Hands an address to the desktop. @returns whether there is one that took it */
async function openInBrowser(url: string): Promise<boolean> {
  const program = openers[process.platform];
  if (program === undefined) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn(program, [url], { stdio: 'ignore', detached: true });
  child.once('error', () => resolve(false));
  child.once('exit', (code) => resolve(code === 0));
  return await promise;
}

async function open(context: Context, options: ServiceOptions): Promise<void> {
  const { output } = context;
  const { service } = await openService(context, options.service);
  const { url } = service;
  if (url === null || !/^https?:/.test(url)) {
    throw failed(`${service.name} has no address: it is a ${service.kind} service.`, {
      hint: 'Only web services answer requests.',
    });
  }
  const opened = output.json || output.quiet ? false : await openInBrowser(url);
  output.result({ value: { url }, text: opened ? `Opened ${url}` : url, quiet: url });
}

/** `davit open` */
export function createOpenCommand(): Command {
  const command = davitCommand({
    name: 'open',
    summary: 'open the address of a service in a browser',
    description:
      'Opens the address of a service in a browser; prints it where there is none, and with --json or --quiet.',
    examples: [
      ['davit open', 'look at this service'],
      ['curl "$(davit open -q)"', 'use its address in a script'],
    ],
  }).addOption(serviceOption());
  return acting<ServiceOptions>(command, open);
}

import { readFile } from 'node:fs/promises';
import type { Schemas } from '@davit/api';
import type { Command } from 'commander';
import type { Context } from '../command-line/context.ts';
import { readStandardInputValue } from '../terminal/prompt.ts';

export interface SourceCredentialOptions {
  gitToken?: string;
  deployKey?: string;
}

/** `--git-token` and `--deploy-key`. */
export function sourceCredentialOptions(command: Command): Command {
  return command
    .option('--git-token <token>', 'lets davit into a private repository; - reads it from stdin')
    .option('--deploy-key <file>', 'the private key that lets davit into a repository over ssh');
}

/** How a private repository lets davit in: a token, or a key from a file. */
export async function readSourceCredential(
  { gitToken, deployKey }: SourceCredentialOptions,
  context: Context,
): Promise<Schemas['SourceCredentialInput'] | undefined> {
  if (deployKey !== undefined) return { kind: 'deploy-key', privateKey: await readFile(deployKey, 'utf8') };
  if (gitToken === undefined) return undefined;
  if (gitToken === '-') return { kind: 'token', token: await readStandardInputValue() };
  context.output.warn('other users of this machine can read --git-token; use `--git-token -` and send it to stdin');
  return { kind: 'token', token: gitToken };
}

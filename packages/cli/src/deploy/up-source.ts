import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Schemas } from '@davit/api';
import { failed } from '../command-line/cli-error.ts';
import { type GitReference, isGitUrl, nameOfRepository, parseGitUrl, toResourceName } from '../source/git-url.ts';
import type { Output } from '../terminal/output.ts';

/** What `davit up` is to deploy. */
export type UpSource =
  | { type: 'folder'; folder: string; name: string }
  | {
      type: 'git';
      url: string;
      reference: GitReference;
      credential: Schemas['SourceCredentialInput'] | undefined;
      name: string;
    };

async function folderSource(text: string): Promise<UpSource> {
  const folder = resolve(text);
  const facts = await stat(folder).catch(() => undefined);
  if (facts === undefined) {
    throw failed(`There is no folder ${text}.`, { hint: 'Name a folder, or the address of a Git repository.' });
  }
  if (!facts.isDirectory()) throw failed(`${text} is not a folder.`, { hint: 'Name the folder that it is in.' });
  return { type: 'folder', folder, name: toResourceName(basename(folder)) };
}

/** What somebody named. A password in an address is taken out, with a warning: others could read it there. */
export async function readUpSource(text: string, output: Output): Promise<UpSource> {
  if (!isGitUrl(text)) return await folderSource(text);
  const { url, reference, credential } = parseGitUrl(text);
  if (credential !== undefined) {
    output.warn(
      'the address carries a secret, which other users of this machine can read; use --git-token - next time',
    );
  }
  return {
    type: 'git',
    url,
    reference,
    name: nameOfRepository(url),
    credential:
      credential === undefined
        ? undefined
        : {
            kind: 'token',
            token: credential.token,
            ...(credential.username === undefined ? {} : { username: credential.username }),
          },
  };
}

import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** A file of a commit: its content, or something else that a tree can hold; null takes it away. */
export type RepositoryFile =
  | string
  | Buffer
  | { readonly content: string | Buffer; readonly executable: true }
  | { readonly link: string }
  | { readonly submodule: string }
  | null;
export type RepositoryFiles = Readonly<Record<string, RepositoryFile>>;

export interface CommitOptions {
  readonly branch?: string;
  readonly message?: string;
  readonly author?: string;
}

export interface GitRepositories {
  pathOf(name: string): string;
  /** A bare repository whose default branch is `main`, with one commit of `files`, or empty; gives the commit. */
  createRepository(name: string, files: RepositoryFiles, options?: CommitOptions): Promise<string>;
  /** Another commit on top of the branch, which is made from `main` when it is new; gives the commit. */
  commit(name: string, files: RepositoryFiles, options?: CommitOptions): Promise<string>;
  /** Runs any Git command in a repository; gives its output. */
  git(name: string, ...args: string[]): Promise<string>;
}

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
};

function describeFile(path: string, file: RepositoryFile): Buffer {
  const name = JSON.stringify(path);
  if (file === null) return Buffer.from(`D ${name}\n`);
  if (typeof file === 'object' && 'submodule' in file) return Buffer.from(`M 160000 ${file.submodule} ${name}\n`);
  let mode = '100644';
  let content: string | Buffer;
  if (typeof file === 'string' || Buffer.isBuffer(file)) content = file;
  else if ('link' in file) [mode, content] = ['120000', file.link];
  else [mode, content] = ['100755', file.content];
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`M ${mode} inline ${name}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

/** Real Git repositories below `folder`, filled without a checkout by `git fast-import`. */
export function createGitRepositories(folder: string): GitRepositories {
  const pathOf = (name: string) => join(folder, `${name}.git`);

  async function git(name: string, ...args: string[]): Promise<string> {
    const options = { cwd: pathOf(name), env: environment, maxBuffer: 64 * 1024 ** 2 };
    return (await promisify(execFile)('git', args, options)).stdout.trim();
  }

  async function importStream(name: string, stream: Buffer): Promise<void> {
    const child = spawn('git', ['fast-import', '--quiet', '--force'], { cwd: pathOf(name), env: environment });
    child.stdin.end(stream);
    const [said, code] = await Promise.all([
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('close', resolve)),
    ]);
    if (code !== 0) throw new Error(`git fast-import: ${said}`);
  }

  async function findCommit(name: string, revision: string): Promise<string | undefined> {
    return await git(name, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`).catch(() => undefined);
  }

  async function commit(name: string, files: RepositoryFiles, options: CommitOptions = {}): Promise<string> {
    const { branch = 'main', message = 'A change', author = 'Ada <ada@example.org>' } = options;
    const ref = `refs/heads/${branch}`;
    const parent = (await findCommit(name, ref)) ?? (await findCommit(name, 'refs/heads/main'));
    const now = Math.floor(Date.now() / 1000);
    const words = Buffer.from(message);
    const head =
      `commit ${ref}\nauthor ${author} ${now} +0000\ncommitter Test <test@example.org> ${now} +0000\n` +
      `data ${words.length}\n`;
    const from = parent === undefined ? '\n' : `\nfrom ${parent}\n`;
    const changes = Object.entries(files).map(([path, file]) => describeFile(path, file));
    await importStream(
      name,
      Buffer.concat([Buffer.from(head), words, Buffer.from(from), ...changes, Buffer.from('\n')]),
    );
    return await git(name, 'rev-parse', ref);
  }

  return {
    pathOf,
    git,
    commit,
    async createRepository(name, files, options) {
      await mkdir(pathOf(name), { recursive: true });
      await git(name, 'init', '--quiet', '--bare', '--initial-branch=main', '.');
      return Object.keys(files).length === 0 ? '' : await commit(name, files, options);
    },
  };
}

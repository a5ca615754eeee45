import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const identity = {
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};

/** Git as a person would call it; its output, trimmed. */
export function git(cwd: string, ...argv: string[]): string {
  return execFileSync('git', argv, {
    cwd,
    env: { ...process.env, ...identity },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** A server that answers with its version as soon as it listens. */
const server = (body: string) => `import { createServer } from 'node:http';
${body}
createServer((request, response) => response.end(VERSION)).listen(process.env.PORT);
`;

export interface SourceRepository {
  folder: string;
  /** Commits a new version and gives its name. */
  change(): string;
}

/** A repository with a small Node application: without dependencies, or with one that installs a few dozen packages. */
export function createSourceRepository(folder: string, dependencies: Record<string, string>): SourceRepository {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'bench-app',
    version: '1.0.0',
    private: true,
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  const imports = Object.keys(dependencies).map((name) => `import '${name}';`);
  let version = 0;
  const change = () => {
    version++;
    writeFileSync(join(folder, 'server.js'), server(`${imports.join('\n')}\nconst VERSION = 'v${version}';`));
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '-m', `v${version}`);
    return `v${version}`;
  };
  change();
  return { folder, change };
}

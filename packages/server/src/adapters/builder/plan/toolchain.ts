import type { Toolchain } from '@davit/build-plan';

/** A toolchain that is there: what to put on PATH and what the sandbox must show. */
export interface InstalledToolchain {
  name: Toolchain['name'];
  version: string;
  /** First on PATH, in this order. */
  binFolders: string[];
  /** Folders outside of the system's own that it needs. */
  readable: string[];
}

/** The names under which a toolchain is known to people. */
export const toolchainTitles: Readonly<Record<Toolchain['name'], string>> = {
  node: 'Node.js',
  npm: 'npm',
  pnpm: 'pnpm',
  yarn: 'Yarn',
  bun: 'Bun',
  python: 'Python',
  pip: 'pip',
  uv: 'uv',
  poetry: 'Poetry',
  pipenv: 'Pipenv',
  pdm: 'PDM',
  go: 'Go',
  rust: 'Rust',
  java: 'Java',
  maven: 'Maven',
  gradle: 'Gradle',
  ruby: 'Ruby',
  php: 'PHP',
  composer: 'Composer',
  deno: 'Deno',
};

import { homedir } from 'node:os';
import type { SourceTree } from './source-tree.ts';

const TEXT = /\.(?:[cm]?[jt]sx?|json|jsonc|md|ya?ml|toml|sql|sh|css|html|txt|gen\.d\.ts)$|(?:^|\/)[^.]+$/;
const LOCKFILE = /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|uv\.lock|Cargo\.lock)$/;

/** Put together here, so that this file does not contain what it looks for. */
const UNFINISHED = new RegExp(
  `\\b(?:${['TO|DO', 'FIX|ME', 'X|XX'].map((word) => word.replace('|', '')).join('|')})\\b`,
);
const REGISTRIES = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['pypi', 'org'],
  ['files', 'pythonhosted', 'org'],
  ['index', 'crates', 'io'],
  ['static', 'crates', 'io'],
  ['proxy', 'golang', 'org'],
  ['repo', 'maven', 'apache', 'org'],
  ['repo1', 'maven', 'org'],
  ['deb', 'debian', 'org'],
].map((parts) => parts.join('.'));

/** Where this checkout is and who runs it: what may have slipped into a file from one machine. */
export interface Machine {
  readonly checkout: string;
  readonly home: string;
}

/** The machine that the check runs on. */
export function thisMachine(checkout: string): Machine {
  return { checkout: checkout.replace(/\/$/, ''), home: homedir() };
}

/** Nothing unfinished, nothing of one machine, and no registry's address: which one is asked is the user's setting. */
export function repositoryText(tree: SourceTree, machine: Machine): readonly string[] {
  const paths = tree.files.filter((path) => TEXT.test(path) && !LOCKFILE.test(path));
  return paths.flatMap((path) =>
    tree
      .read(path)
      .split('\n')
      .flatMap((line, at) => faultsOf(line, machine).map((fault) => `${path}:${at + 1}: ${fault}`)),
  );
}

function faultsOf(line: string, machine: Machine): readonly string[] {
  const unfinished = UNFINISHED.exec(line)?.[0];
  const registry = REGISTRIES.find((host) => line.includes(host));
  return [
    ...(unfinished === undefined ? [] : [`${unfinished}: finish it, or leave it out`]),
    ...(registry === undefined ? [] : [`names the registry ${registry}`]),
    ...(ownPath(line, machine) ? ['has a path of this machine'] : []),
  ];
}

function ownPath(line: string, { checkout, home }: Machine): boolean {
  if (line.includes(`${checkout}/`)) return true;
  // `/root` is on every machine; a person's home folder is on one.
  return /^\/(?:home|Users)\//.test(home) && line.includes(`${home}/`);
}

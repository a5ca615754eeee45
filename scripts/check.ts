/**
 * `npm run check`: all that is demanded of the repository apart from its tests. Every check runs, also after one that
 * failed; `npm run check -- types lint` runs those two.
 */
import { fileURLToPath } from 'node:url';
import { architectureDocument } from './checks/architecture-document.ts';
import type { Check } from './checks/check.ts';
import { cycles } from './checks/cycles.ts';
import { dependencyRule } from './checks/dependency-rule.ts';
import { fileLength } from './checks/file-length.ts';
import { lockfile } from './checks/lockfile.ts';
import { createModuleGraph } from './checks/module-graph.ts';
import { repositoryText, thisMachine } from './checks/repository-text.ts';
import { environmentReaders, noShell, testRules } from './checks/source-rules.ts';
import { openSourceTree } from './checks/source-tree.ts';
import { tool } from './checks/tool.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The slow ones first, so that two workers end at about the same time. */
async function allChecks(): Promise<readonly Check[]> {
  const tree = await openSourceTree(root);
  const graph = createModuleGraph(tree);
  const rule = (name: string, judge: () => readonly string[]): Check => ({ name, run: async () => judge() });
  const generators = tree.files.filter((path) => /^scripts\/(?:generate|complete)-[^/]+\.ts$/.test(path));
  return [
    tool('types', root, ['node_modules/typescript/bin/tsc', '-p', '.']),
    tool('types of the web UI', root, ['node_modules/typescript/bin/tsc', '-p', 'packages/web']),
    tool('lint', root, ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']),
    ...generators.map((path) => tool(path, root, [path, '--check'])),
    tool('unused code', root, ['node_modules/knip/bin/knip.js', '--treat-config-hints-as-errors']),
    tool('format', root, ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off']),
    rule('dependency rule', () => dependencyRule(graph)),
    rule('cycles', () => cycles(graph)),
    rule('readers of the environment', () => environmentReaders(graph)),
    rule('tests are all on', () => testRules(graph)),
    rule('no shell strings', () => noShell(graph)),
    rule('file length', () => fileLength(tree)),
    rule('architecture document', () => architectureDocument(tree)),
    rule('nothing of one machine', () => repositoryText(tree, thisMachine(root))),
    rule('lockfile', () => lockfile(tree)),
  ];
}

/** Runs one check and prints its line. @returns whether all is well. */
async function runCheck(check: Check): Promise<boolean> {
  const start = performance.now();
  const faults = await check.run().catch((error: unknown) => [String(error)]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${seconds} s)`);
  for (const fault of faults) console.log(fault.replaceAll(/^/gm, '       '));
  return faults.length === 0;
}

async function main(wanted: readonly string[]): Promise<void> {
  const all = await allChecks();
  const unknown = wanted.filter((name) => !all.some((check) => check.name === name));
  if (unknown.length > 0) throw new Error(`There is no check ${unknown.join(', ')}`);
  const waiting = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  let failed = 0;
  async function work(): Promise<void> {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await runCheck(check))) failed += 1;
    }
  }
  await Promise.all([work(), work()]);
  console.log(failed === 0 ? 'All checks passed.' : `${failed} of the checks failed.`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main(process.argv.slice(2));

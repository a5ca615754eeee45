import { runTool } from './run-tool.ts';

const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

/**
 * Removes a folder whose files belong to the user of a build; nothing happens when it is not there. rm(1) walks by open
 * folders, so that who swaps one for a link meanwhile leads it nowhere; Node's own walks by path.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = ['rm', '-rf', '--one-file-system', '--', path];
  if ((await runTool(remove, { environment })).code === 0) return;
  // Package managers leave folders that even their owner may not write to (Go's module cache).
  await runTool(['chmod', '-R', 'u+rwX', '--', path], { environment });
  const { code, stderr } = await runTool(remove, { environment });
  if (code !== 0) throw new Error(stderr.trim().split('\n')[0]);
}

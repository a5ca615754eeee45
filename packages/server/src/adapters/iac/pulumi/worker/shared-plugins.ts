import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const pluginPattern = /^(resource|language|analyzer|converter|tool)-.+-v\d/;

const listPlugins = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && pluginPattern.test(entry.name))
    .map(({ name }) => name);

/** What an earlier job was shown; the plugin may be another by now, or gone. */
function removeShown(shared: string, own: string): void {
  for (const name of listPlugins(own)) {
    const entries = readdirSync(join(own, name), { withFileTypes: true });
    const isShown = entries.some(
      (entry) => entry.isSymbolicLink() && readlinkSync(join(own, name, entry.name)).startsWith(`${shared}/`),
    );
    if (isShown) rmSync(join(own, name), { recursive: true });
  }
}

/**
 * Shows the plugins that were installed for all stacks among the stack's own. Pulumi passes over a link in place of a plugin's
 * folder: so the folder is the stack's, and what is in it are links. One that the stack downloaded itself stays.
 */
export function showSharedPlugins(shared: string, own: string): void {
  removeShown(shared, own);
  for (const name of listPlugins(shared)) {
    // Pulumi leaves this file beside a plugin until all of it is there.
    if (existsSync(join(shared, `${name}.partial`)) || existsSync(join(own, name))) continue;
    mkdirSync(join(own, name));
    for (const entry of readdirSync(join(shared, name))) symlinkSync(join(shared, name, entry), join(own, name, entry));
  }
}

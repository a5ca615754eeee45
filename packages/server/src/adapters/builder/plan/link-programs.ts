import { chmod, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';

async function isNodeScript(file: string): Promise<boolean> {
  if (/\.[cm]?js$/.test(file)) return true;
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
  return /^#!.*\bnode\b/.test(buffer.toString('utf8', 0, bytesRead));
}

/** One word of sh, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Gives every program of the npm package in `folder/package` a name in `folder/bin`: a link for binaries, a line of sh for
 * scripts, run by the Node on PATH.
 * @param target where `folder` will be once it is whole
 * @param program path of the program that `name` stands for, inside the package
 */
export async function linkPrograms(folder: string, target: string, program: string, name: string): Promise<void> {
  const packageFolder = join(folder, 'package');
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    bin?: string | Record<string, string>;
  };
  const bin = { ...(typeof manifest.bin === 'object' ? manifest.bin : {}), [name]: program };
  await mkdir(join(folder, 'bin'), { recursive: true });
  for (const [command, path] of Object.entries(bin)) {
    const file = join(packageFolder, path);
    // A manifest names programs of its own package, and nothing else of this machine.
    if (!file.startsWith(packageFolder + sep)) continue;
    const link = join(folder, 'bin', basename(command));
    if (await isNodeScript(file)) {
      await writeFile(link, `#!/bin/sh\nexec node ${quoted(join(target, 'package', path))} "$@"\n`);
      await chmod(link, 0o755);
    } else {
      await chmod(file, 0o755);
      await symlink(join('..', 'package', path), link);
    }
  }
}

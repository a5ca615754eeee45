import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A tar.gz of files given by name; a value that is an object says more than the content. */
export async function archiveOf(
  files: Readonly<Record<string, string | { content: string; mode: number }>>,
): Promise<Buffer> {
  const tar = pack();
  for (const [name, file] of Object.entries(files)) {
    if (typeof file === 'string') tar.entry({ name }, file);
    else tar.entry({ name, mode: file.mode }, file.content);
  }
  tar.finalize();
  return gzipSync(await collect(tar));
}

/** A tar.gz of a folder, without what was installed or built in it. */
export async function archiveOfFolder(folder: string): Promise<Buffer> {
  const tar = pack();
  const skipped = new Set(['node_modules', '.git', 'dist', 'target', '.venv', '__pycache__']);
  async function add(relative: string): Promise<void> {
    for (const entry of await readdir(join(folder, relative), { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      const name = join(relative, entry.name);
      if (entry.isDirectory()) await add(name);
      else if (entry.isSymbolicLink())
        tar.entry({ name, type: 'symlink', linkname: await readlink(join(folder, name)) });
      else tar.entry({ name, mode: (await stat(join(folder, name))).mode & 0o777 }, await readFile(join(folder, name)));
    }
  }
  const done = add('').then(() => tar.finalize());
  const bytes = await collect(tar);
  await done;
  return gzipSync(bytes);
}

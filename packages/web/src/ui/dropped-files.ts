/** A file that somebody chose, with its path below the folder that was chosen. */
export interface ChosenFile {
  /** Slashes, never leading; without the name of the chosen folder itself. */
  path: string;
  file: File;
}

/** What somebody chose: one archive, or the files of a folder. */
export interface ChosenSource {
  kind: 'folder' | 'file';
  /** Of the folder or the file. */
  name: string;
  files: ChosenFile[];
}

/** Folders that are never read: they can be made again, and would only make everybody wait. */
export type SkipPath = (path: string, isDirectory: boolean) => boolean;

/** The files of an `<input type="file" webkitdirectory>` or of a plain one. */
export function sourceOfInput(list: FileList, skip: SkipPath): ChosenSource | undefined {
  const files = [...list];
  const first = files[0];
  if (first === undefined) return undefined;
  if (first.webkitRelativePath === '')
    return { kind: 'file', name: first.name, files: [{ path: first.name, file: first }] };
  const name = first.webkitRelativePath.split('/')[0] ?? first.name;
  const chosen = files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
  return { kind: 'folder', name, files: chosen.filter(({ path }) => !skippedAnywhere(path, skip)) };
}

function skippedAnywhere(path: string, skip: SkipPath): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => skip(parts.slice(0, index + 1).join('/'), index < parts.length - 1));
}

/** The files of what was dropped. Must be called at once in the drop event: the browser takes the list away after it. */
export async function sourceOfDrop(transfer: DataTransfer, skip: SkipPath): Promise<ChosenSource | undefined> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const [entry] = entries;
  if (entry === undefined) return undefined;
  if (entries.length === 1 && isDirectory(entry))
    return { kind: 'folder', name: entry.name, files: await walk(entry, '', skip) };
  if (entries.length === 1 && isFile(entry)) {
    return { kind: 'file', name: entry.name, files: [{ path: entry.name, file: await fileOf(entry) }] };
  }
  // Several things dropped together are taken as the content of one folder.
  const files: ChosenFile[] = [];
  for (const each of entries) {
    if (skip(each.name, each.isDirectory)) continue;
    if (isDirectory(each)) files.push(...(await walk(each, `${each.name}/`, skip)));
    else if (isFile(each)) files.push({ path: each.name, file: await fileOf(each) });
  }
  return { kind: 'folder', name: 'dropped files', files };
}

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

async function walk(folder: FileSystemDirectoryEntry, prefix: string, skip: SkipPath): Promise<ChosenFile[]> {
  const files: ChosenFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = prefix + entry.name;
    if (skip(path, entry.isDirectory)) continue;
    if (isDirectory(entry)) files.push(...(await walk(entry, `${path}/`, skip)));
    else if (isFile(entry)) files.push({ path, file: await fileOf(entry) });
  }
  return files;
}

/** All entries: a reader gives them in batches of at most 100, and an empty one at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}

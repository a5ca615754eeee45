import { constants, realpathSync, statSync } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { globToRegExp } from './glob.ts';
import { parseJson, parseJsonc, parseToml, parseYaml } from './parse-file.ts';
import { PlanError } from './plan-error.ts';

/** No file that decides a plan is larger; lockfiles may be, which is why they are never read whole. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** `find` looks at no more entries: enough for a large monorepo's manifests, too few to keep a server busy for long. */
const MAX_FOUND_ENTRIES = 20_000;
const MAX_DEPTH = 8;
/** Made by tools and possibly huge; what decides a plan is never in there. */
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__', 'vendor', '.next', '.davit']);

export interface SourceEntry {
  name: string;
  kind: 'file' | 'folder';
  /** It is a symbolic link to such a thing. */
  isLink: boolean;
}

/**
 * Read-only view of a folder of source. Paths are relative and '/'-separated; one that is absolute or climbs out is refused
 * (PLAN_PATH_OUTSIDE), as is a link that leaves the root (PLAN_LINK_LEAVES_FOLDER). What is not there is `undefined` or false.
 */
export interface SourceFolder {
  /** Relative to the root of the whole source; `.` is the root itself. */
  readonly folder: string;
  exists(path: string): Promise<boolean>;
  kindOf(path: string): Promise<'file' | 'folder' | undefined>;
  /** UTF-8, without a byte order mark. A file over {@link MAX_FILE_BYTES} is refused (PLAN_FILE_TOO_LARGE). */
  readText(path: string): Promise<string | undefined>;
  /** The first bytes of a file of any size, as text. */
  readStart(path: string, bytes: number): Promise<string | undefined>;
  readJson(path: string): Promise<unknown>;
  /** JSON with comments and trailing commas. */
  readJsonc(path: string): Promise<unknown>;
  readToml(path: string): Promise<Record<string, unknown> | undefined>;
  readYaml(path: string): Promise<unknown>;
  /** Entries sorted by name; links that leave the root, dangling links and special files are left out. */
  list(path?: string): Promise<SourceEntry[]>;
  /** Files matching a glob, sorted. Links to folders are not followed, tools' folders such as node_modules not entered. */
  find(glob: string): Promise<string[]>;
  /** The same view from a folder further down; `..` reaches the rest of the source from there, never past its root. */
  within(path: string): SourceFolder;
}

/** Opens a folder for reading. Throws PLAN_FOLDER_MISSING when it is not one. */
export function openSourceFolder(root: string): SourceFolder {
  let realRoot: string;
  try {
    realRoot = realpathSync(root);
    if (!statSync(realRoot).isDirectory()) throw new Error('not a folder');
  } catch (cause) {
    throw new PlanError('PLAN_FOLDER_MISSING', 'The source is not a folder that can be read.', {
      hint: 'Name a folder that exists.',
      cause,
    });
  }
  return viewOf(realRoot, '.');
}

/** Joins relative paths and normalises them; throws PLAN_PATH_OUTSIDE when the result is not inside. */
export function joinInside(...parts: string[]): string {
  const names: string[] = [];
  for (const part of parts) {
    if (part.startsWith('/') || part.includes('\0') || part.includes('\\')) throw outside(part);
    for (const name of part.split('/')) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (names.pop() === undefined) throw outside(part);
      } else names.push(name);
    }
  }
  return names.length === 0 ? '.' : names.join('/');
}

function outside(path: string): PlanError {
  return new PlanError('PLAN_PATH_OUTSIDE', `The path ${JSON.stringify(path)} is not inside the source.`, {
    hint: 'Use a relative path without a way out, such as apps/web.',
    path,
  });
}

function viewOf(realRoot: string, folder: string): SourceFolder {
  const locate = (path: string) => locateInside(realRoot, joinInside(folder, path));
  const parsed =
    <T>(parse: (text: string, path: string) => T) =>
    async (path: string): Promise<T | undefined> => {
      const text = await view.readText(path);
      return text === undefined ? undefined : parse(text, joinInside(folder, path));
    };
  const view: SourceFolder = {
    folder,
    exists: async (path) => (await view.kindOf(path)) !== undefined,
    kindOf: async (path) => kindAt(await locate(path)),
    readText: async (path) => {
      const location = await locate(path);
      if (location === undefined) return undefined;
      const bytes = await readBounded(location, MAX_FILE_BYTES + 1);
      if (bytes === undefined) return undefined;
      if (bytes.length > MAX_FILE_BYTES) throw tooLarge(joinInside(folder, path));
      return new TextDecoder().decode(bytes);
    },
    readStart: async (path, limit) => {
      const location = await locate(path);
      const bytes = location === undefined ? undefined : await readBounded(location, limit);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    readJson: parsed(parseJson),
    readJsonc: parsed(parseJsonc),
    readToml: parsed(parseToml),
    readYaml: parsed(parseYaml),
    list: (path = '.') => listInside(realRoot, joinInside(folder, path)),
    find: (glob) => findInside(view, literalFolderOf(glob), globToRegExp(glob)),
    within: (path) => viewOf(realRoot, joinInside(folder, path)),
  };
  return view;
}

/** The real path of a relative one; undefined when nothing is there. A link that leaves the root is refused. */
async function locateInside(realRoot: string, path: string): Promise<string | undefined> {
  let real: string;
  try {
    real = await realpath(join(realRoot, path));
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
  if (real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) return real;
  throw new PlanError('PLAN_LINK_LEAVES_FOLDER', `${path} is a symbolic link out of the source.`, {
    hint: `Replace ${path} by the file itself, or let it point inside the source.`,
    path,
  });
}

function isAbsence(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG';
}

function tooLarge(path: string): PlanError {
  return new PlanError('PLAN_FILE_TOO_LARGE', `${path} is larger than 1 MiB, which is more than is read.`, {
    hint: `Make ${path} smaller, or set the install, build and start command of the service.`,
    path,
  });
}

async function kindAt(location: string | undefined): Promise<'file' | 'folder' | undefined> {
  if (location === undefined) return undefined;
  try {
    const found = await stat(location);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Opens without following a last link and without waiting on a pipe, and reads only regular files. */
async function readBounded(location: string, limit: number): Promise<Buffer | undefined> {
  if ((await kindAt(location)) !== 'file') return undefined;
  const handle = await open(location, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) return undefined;
    const buffer = Buffer.alloc(Math.min(limit, found.size));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

async function listInside(realRoot: string, folder: string): Promise<SourceEntry[]> {
  const location = await locateInside(realRoot, folder);
  if ((await kindAt(location)) !== 'folder' || location === undefined) return [];
  const entries: SourceEntry[] = [];
  for (const entry of await readdir(location, { withFileTypes: true })) {
    if (entry.isFile()) entries.push({ name: entry.name, kind: 'file', isLink: false });
    else if (entry.isDirectory()) entries.push({ name: entry.name, kind: 'folder', isLink: false });
    else if (entry.isSymbolicLink()) {
      const kind = await kindOfLink(realRoot, joinInside(folder, entry.name));
      if (kind !== undefined) entries.push({ name: entry.name, kind, isLink: true });
    }
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function kindOfLink(realRoot: string, path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return await kindAt(await locateInside(realRoot, path));
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}

/** The part of a glob before its first pattern: nothing outside of it can match. */
function literalFolderOf(glob: string): string {
  const names = glob.split('/').slice(0, -1);
  const pattern = names.findIndex((name) => /[*?{]/.test(name));
  return joinInside(...(pattern === -1 ? names : names.slice(0, pattern)));
}

async function findInside(view: SourceFolder, start: string, wanted: RegExp): Promise<string[]> {
  const found: string[] = [];
  // A folder reached by a link is listed under its own name already; following the link could go round for ever.
  const seen = { entries: 0 };
  const walk = async (path: string, depth: number): Promise<void> => {
    for (const entry of await view.list(path)) {
      seen.entries += 1;
      if (seen.entries > MAX_FOUND_ENTRIES) return;
      const child = joinInside(path, entry.name);
      if (entry.kind === 'file' && wanted.test(child)) found.push(child);
      const isEntered = entry.kind === 'folder' && !entry.isLink && !SKIPPED_FOLDERS.has(entry.name);
      if (isEntered && depth < MAX_DEPTH) await walk(child, depth + 1);
    }
  };
  await walk(start, 1);
  return found.sort();
}

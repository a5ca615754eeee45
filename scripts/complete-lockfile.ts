/**
 * Adds the optional packages of other platforms that a registry could not give when package-lock.json was made. npm leaves them
 * out without a word, and then refuses the whole lockfile in `npm ci`, on every machine. Run it after `npm install`; with
 * `--check` it writes nothing and fails when something is missing.
 *
 * Such an entry has a version but no checksum; npm looks at it only on the platform that it is for.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  cpu?: string[];
  os?: string[];
  libc?: string[];
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
// "arm64" is looked for before "arm".
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** Whether a package in folder `place` would find `name`, as Node looks for it: in its own folder, then upwards. */
function isFound(packages: Record<string, LockedPackage>, place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (`${folder}${folder === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

function entryFor(name: string, version: string, dev: boolean | undefined): LockedPackage | undefined {
  const words = name.split(/[-/_.]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const libc = /musl/.test(name) ? ['musl'] : /gnu|glibc/.test(name) ? ['glibc'] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev === true ? { dev } : {}),
    ...(os === 'linux' && libc !== undefined ? { libc } : {}),
    optional: true,
    os: [os],
  };
}

function missingFrom(packages: Record<string, LockedPackage>): Map<string, LockedPackage> {
  const missing = new Map<string, LockedPackage>();
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      // A package without a platform in its name is missing for another reason, which is not for us to hide.
      const entry = /^\d/.test(version) ? entryFor(name, version, dev) : undefined;
      if (entry !== undefined && !isFound(packages, place, name)) missing.set(`node_modules/${name}`, entry);
    }
  }
  return missing;
}

const lock = JSON.parse(await readFile(path, 'utf8')) as { packages: Record<string, LockedPackage> };
const missing = missingFrom(lock.packages);
if (missing.size > 0 && process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${[...missing.keys()].join(', ')}: node scripts/complete-lockfile.ts`);
  process.exitCode = 1;
} else if (missing.size > 0) {
  const all = [...Object.entries(lock.packages), ...missing];
  lock.packages = Object.fromEntries(all.sort(([one], [other]) => one.localeCompare(other, 'en')));
  await writeFile(`${path}.new`, `${JSON.stringify(lock, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/**
 * Makes packages/api/src/gen/ from packages/api/proto/. With `--check` it writes nothing and fails when the code is not what the
 * files make, when they break the rules of buf, or when they would break a program that was made from what is published
 * (packages/api/proto/published.binpb). With `--publish` what is there now becomes what is published: with a release.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../packages/api/', import.meta.url));
const generated = join(folder, 'src', 'gen');
const published = join('proto', 'published.binpb');
const resolver = createRequire(join(folder, 'package.json'));

function programOf(name: string, bin: string): string {
  return join(dirname(resolver.resolve(`${name}/package.json`)), 'bin', bin);
}

/** @throws with what buf printed */
async function buf(...argv: string[]): Promise<void> {
  // The plugin is a program with `env node` in its first line: this very Node is to run it.
  const PATH = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  const program = [programOf('@bufbuild/buf', 'buf'), ...argv];
  await promisify(execFile)(process.execPath, program, { cwd: folder, env: { ...process.env, PATH } }).catch(
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`buf ${argv[0]}: ${stdout}${stderr}`);
    },
  );
}

async function generate(into: string): Promise<void> {
  const plugin = {
    local: programOf('@bufbuild/protoc-gen-es', 'protoc-gen-es'),
    out: into,
    opt: ['target=js+dts', 'import_extension=js'],
  };
  await buf('generate', '--template', JSON.stringify({ version: 'v2', plugins: [plugin] }));
}

/** Path → content. */
async function readAll(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (path) => [path.slice(root.length), await readFile(path, 'utf8')] as const)),
  );
}

async function faultsOf(made: string): Promise<string[]> {
  const [wanted, kept] = [await readAll(made), await readAll(generated)];
  const paths = [...new Set([...wanted.keys(), ...kept.keys()])];
  const stale = paths.filter((path) => wanted.get(path) !== kept.get(path));
  const faults = stale.map((path) => `packages/api/src/gen${path}: run node scripts/generate-protobuf.ts`);
  for (const argv of [['lint'], ['breaking', '--against', published]]) {
    await buf(...argv).catch((error: unknown) => faults.push(String(error)));
  }
  return faults;
}

async function main(mode: string | undefined): Promise<void> {
  if (mode === '--publish') return await buf('build', '--exclude-source-info', '--output', published);
  const made = await mkdtemp(join(tmpdir(), 'davit-protobuf-'));
  try {
    await generate(made);
    if (mode === '--check') {
      const faults = await faultsOf(made);
      for (const fault of faults) console.error(fault);
      process.exitCode = faults.length === 0 ? 0 : 1;
    } else {
      await rm(generated, { recursive: true, force: true });
      await cp(made, generated, { recursive: true });
    }
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

await main(process.argv[2]);

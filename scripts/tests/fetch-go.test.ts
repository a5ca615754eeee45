import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('../tools/go/fetch-go', import.meta.url));

/** As an old Go answers, which unpacks a module without run bits, and other modules in it under other names. */
const oldGo = `#!/bin/sh
version=\${4##*@}
folder=$GOMODCACHE/golang.org/toolchain@$version
mkdir -p "$folder/bin" "$folder/pkg/tool/any" "$folder/src"
echo program >"$folder/bin/go"
echo tool >"$folder/pkg/tool/any/compile"
echo module >"$folder/src/_go.mod"
printf '{\\n\\t"Sum": "%s"\\n}\\n' "$SUM"
`;

/** Fetches a Go that has this sum, and says what is in the folder then. */
async function fetchGo(sum: string) {
  const folder = await mkdtemp(join(tmpdir(), 'davit-go-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'go'), oldGo);
  await chmod(join(bin, 'go'), 0o755);
  const env = { PATH: `${bin}:/usr/bin:/bin`, SUM: sum };
  const failure = await promisify(execFile)(script, [join(folder, 'go')], { env }).then(
    () => undefined,
    (error: { stderr: string }) => error.stderr,
  );
  const left = (await readdir(folder)).filter((name) => name !== 'bin');
  return { failure, left, path: (name: string) => join(folder, 'go', name) };
}

async function pinnedSum(): Promise<string> {
  const platform = process.arch === 'arm64' ? 'linux-arm64' : 'linux-amd64';
  const line = (await readFile(script, 'utf8')).split('\n').find((each) => each.includes(`platform=${platform}`));
  return / sum=(\S+)/.exec(line ?? '')?.[1] ?? '';
}

test('a Go of the pinned sum is put in place, as it runs', async () => {
  const { failure, left, path } = await fetchGo(await pinnedSum());
  expect([failure, left]).toEqual([undefined, ['go']]);
  for (const program of ['bin/go', 'pkg/tool/any/compile'])
    expect((await stat(path(program))).mode & 0o777).toBe(0o755);
  await access(path('src/go.mod'));
});

test('another is refused, and leaves nothing', async () => {
  for (const sum of ['h1:AAAA=', '', `${await pinnedSum()}x`]) {
    expect(await fetchGo(sum)).toMatchObject({ failure: expect.stringContaining('not the one'), left: [] });
  }
});

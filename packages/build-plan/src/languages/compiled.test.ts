import { describe, expect, test } from 'vitest';
import { type PlanInWords, planOf, problemOf } from '../../test/support/plan-of.ts';
import type { Tree } from '../../test/support/source-tree.ts';

const MAIN = 'package main\n\nfunc main() {}\n';
const mod = (name: string, more = '') => `module example.com/${name}\n\ngo 1.22.3\n${more}`;
const goBuild = (folder: string) => `go build -trimpath -ldflags=-s -w -o .davit/app ${folder}`;

const goCases: [string, Tree, Partial<PlanInWords>][] = [
  [
    'a main package at the root',
    { 'go.mod': mod('api'), 'main.go': MAIN, 'cmd/tool/main.go': MAIN },
    { needs: ['go >=1.22.3 < go.mod'], install: [], build: [goBuild('.')], start: { web: './.davit/app' } },
  ],
  [
    'requirements are downloaded first',
    { 'go.mod': mod('api', 'require example.com/x v1.0.0\n'), 'main.go': MAIN },
    { install: ['go mod download'] },
  ],
  [
    'vendored modules are not downloaded',
    { 'go.mod': mod('api', 'require example.com/x v1.0.0\n'), 'main.go': MAIN, 'vendor/modules.txt': '' },
    { install: [] },
  ],
  [
    'the only command',
    { 'go.mod': mod('api'), 'cmd/daemon/main.go': MAIN, 'lib/lib.go': 'package lib' },
    { build: [goBuild('./cmd/daemon')] },
  ],
  [
    'of several, the one named like the module',
    { 'go.mod': mod('shop/v2'), 'cmd/migrate/main.go': MAIN, 'cmd/shop/main.go': MAIN },
    { build: [goBuild('./cmd/shop')] },
  ],
  [
    'of several, the one named like a service',
    { 'go.mod': mod('x'), 'cmd/migrate/main.go': MAIN, 'cmd/server/main.go': MAIN },
    { build: [goBuild('./cmd/server')] },
  ],
  [
    'a main package elsewhere',
    { 'go.mod': mod('x'), 'service/main.go': MAIN, 'service/main_test.go': MAIN },
    { build: [goBuild('./service')] },
  ],
  [
    'a file that is ignored by the build is none',
    { 'go.mod': mod('x'), 'gen.go': `//go:build ignore\n\n${MAIN}`, 'cmd/a/a.go': MAIN },
    { build: [goBuild('./cmd/a')] },
  ],
  [
    '.go-version before go.mod',
    { 'go.mod': mod('x'), 'main.go': MAIN, '.go-version': '1.23.1' },
    { needs: ['go ~1.23.1 < .go-version'] },
  ],
];

describe('Go', () => {
  test.each(goCases)('%s', async (_name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language: 'go', ...expected });
  });

  test('the build uses the Go that was checked, and keeps its caches below HOME', async () => {
    const { plan } = await planOf({ 'go.mod': mod('x'), 'main.go': MAIN });
    expect(plan.steps[0]).toMatchObject({
      environment: { GOTOOLCHAIN: 'local' },
      homeCacheFolders: ['.cache/go-build', 'go/pkg/mod'],
      cacheMode: 'incremental',
    });
  });

  test('of commands whose names say nothing the user chooses one', async () => {
    const problem = await problemOf({ 'go.mod': mod('x'), 'cmd/a/main.go': MAIN, 'cmd/b/main.go': MAIN });
    expect(problem).toMatchObject({ code: 'PLAN_AMBIGUOUS_START', message: expect.stringContaining('cmd/a, cmd/b') });
  });

  test('a library has nothing to start, and a go.mod must name its module', async () => {
    expect(await problemOf({ 'go.mod': mod('x'), 'x.go': 'package x' })).toMatchObject({ code: 'PLAN_NO_START' });
    expect(await problemOf({ 'go.mod': 'go 1.22\n' })).toMatchObject({ code: 'PLAN_INVALID_FILE', path: 'go.mod' });
  });
});

const crate = (name: string, more = '') => `[package]\nname = "${name}"\nversion = "1.0.0"\n${more}`;
const cargo = (name: string, bin = name) => `cargo build --release --locked --package ${name} --bin ${bin}`;

const rustCases: [string, Tree, Partial<PlanInWords>][] = [
  [
    'a package',
    { 'Cargo.toml': crate('api'), 'Cargo.lock': '', 'src/main.rs': '' },
    {
      needs: ['rust * < default'],
      build: [cargo('api')],
      start: { web: './target/release/api' },
      cached: ['incremental target'],
    },
  ],
  [
    'without a lockfile',
    { 'Cargo.toml': crate('api'), 'src/main.rs': '' },
    { build: ['cargo build --release --package api --bin api'] },
  ],
  [
    'a program with its own name',
    {
      'Cargo.toml': crate('api', '[[bin]]\nname = "serve"\npath = "src/main.rs"\n'),
      'Cargo.lock': '',
      'src/main.rs': '',
    },
    { start: { web: './target/release/serve' } },
  ],
  [
    'of several, default-run',
    {
      'Cargo.toml': crate('api', 'default-run = "web"\n'),
      'Cargo.lock': '',
      'src/bin/web.rs': '',
      'src/bin/job/main.rs': '',
    },
    { build: [cargo('api', 'web')] },
  ],
  [
    'of several, the one named like the package',
    { 'Cargo.toml': crate('api'), 'Cargo.lock': '', 'src/main.rs': '', 'src/bin/job.rs': '' },
    { build: [cargo('api')] },
  ],
  [
    'the only program of a workspace',
    {
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n',
      'Cargo.lock': '',
      'crates/api/Cargo.toml': crate('api'),
      'crates/api/src/main.rs': '',
      'crates/core/Cargo.toml': crate('core'),
      'crates/core/src/lib.rs': '',
    },
    { build: [cargo('api')], start: { web: './target/release/api' } },
  ],
  [
    'rust-toolchain.toml',
    { 'Cargo.toml': crate('a'), 'src/main.rs': '', 'rust-toolchain.toml': '[toolchain]\nchannel = "1.80.1"\n' },
    { needs: ['rust ~1.80.1 < rust-toolchain.toml'] },
  ],
  [
    'rust-toolchain, as it was once',
    { 'Cargo.toml': crate('a'), 'src/main.rs': '', 'rust-toolchain': '1.79\n' },
    { needs: ['rust 1.79.x < rust-toolchain'] },
  ],
  [
    'rust-toolchain with the name of a channel',
    { 'Cargo.toml': crate('a'), 'src/main.rs': '', 'rust-toolchain': 'nightly-2026-01-01' },
    { needs: ['rust * < rust-toolchain'] },
  ],
  [
    'rust-version is a minimum',
    { 'Cargo.toml': crate('a', 'rust-version = "1.74"\n'), 'src/main.rs': '' },
    { needs: ['rust >=1.74 < Cargo.toml rust-version'] },
  ],
];

describe('Rust', () => {
  test.each(rustCases)('%s', async (_name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language: 'rust', ...expected });
  });

  test("a member of a workspace is built in the workspace's target folder", async () => {
    const tree = {
      'Cargo.toml': '[workspace]\nmembers = ["crates/api"]\n',
      'Cargo.lock': '',
      'crates/api/Cargo.toml': crate('api'),
      'crates/api/src/main.rs': '',
    };
    expect(await planOf(tree, { rootFolder: 'crates/api' })).toMatchObject({
      root: 'crates/api',
      build: [`[crates/api] ${cargo('api')}`],
      start: { web: '../../target/release/api' },
      cached: ['incremental target'],
    });
  });

  test('of several programs the user chooses one', async () => {
    const tree = { 'Cargo.toml': crate('api'), 'src/bin/a.rs': '', 'src/bin/b.rs': '' };
    expect(await problemOf(tree)).toMatchObject({
      code: 'PLAN_AMBIGUOUS_START',
      hint: expect.stringContaining('default-run'),
    });
  });

  test('broken TOML is named with its position', async () => {
    const problem = await problemOf({ 'Cargo.toml': '[package]\nname = "api\n' });
    expect(problem).toMatchObject({ code: 'PLAN_INVALID_FILE', path: 'Cargo.toml', line: 2 });
  });
});

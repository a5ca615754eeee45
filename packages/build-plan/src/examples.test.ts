import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inWords, type PlanInWords } from '../test/support/plan-of.ts';
import { detectPlan } from './index.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');
const NPM_CI = 'npm ci --include=dev --no-audit --no-fund';

const expected: Record<string, Partial<PlanInWords>> = {
  'hello-node': { language: 'node', install: [], build: [], start: { web: 'node server.js' } },
  'node-build': {
    language: 'node',
    install: [NPM_CI],
    build: ['npm run build'],
    start: { web: 'node dist/server.js' },
  },
  'pnpm-workspace': {
    root: 'packages/app',
    install: ['pnpm install --frozen-lockfile --prod=false'],
    build: ['pnpm --dir ./packages/greeting run build'],
    start: { web: 'node server.js' },
  },
  'vite-spa': { framework: 'vite', install: [NPM_CI], build: ['npm run build'], site: 'dist > index.html', start: {} },
  'python-flask': {
    framework: 'flask',
    start: { web: 'sh(exec "$@" --bind "0.0.0.0:$PORT") .venv/bin/python -m gunicorn app:app' },
  },
  'python-fastapi': {
    framework: 'fastapi',
    install: ['uv sync --frozen --no-dev --no-editable --no-install-project'],
    start: { web: 'sh(exec "$@" --port "$PORT") .venv/bin/python -m uvicorn main:app --host 0.0.0.0' },
  },
  'go-hello': { language: 'go', needs: ['go >=1.22 < go.mod'], start: { web: './.davit/app' } },
  'rust-hello': {
    language: 'rust',
    needs: ['rust >=1.70 < Cargo.toml rust-version'],
    start: { web: './target/release/rust-hello' },
  },
  'java-maven': { language: 'java', start: { web: 'java -jar {artifact}' } },
  'static-site': { language: 'static', site: '. > null' },
  'shell-script': { language: 'shell', start: { web: '/bin/sh start.sh' } },
  procfile: { language: 'node', install: [], start: { web: 'sh(node web.js)', worker: 'sh(node worker.js)' } },
};

describe('examples', () => {
  const names = readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  test('each is promised something here', () => {
    expect(names).toEqual(Object.keys(expected).sort());
  });

  test.each(names)('%s', async (name) => {
    const plan = await detectPlan(join(EXAMPLES, name));
    expect(inWords(plan)).toMatchObject(expected[name] ?? {});
    expect(plan.warnings).toEqual([]);
    expect(readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8')).toContain(`davit up examples/${name}`);
  });
});

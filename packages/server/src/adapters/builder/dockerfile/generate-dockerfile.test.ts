import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { detectPlan } from '@davit/build-plan';
import { expect, onTestFinished, test } from 'vitest';
import { defaultBaseImages } from './base-images.ts';
import { generateDockerfile } from './generate-dockerfile.ts';
import { kindOf } from './image-plan.ts';
import { judgeDockerfile } from './judge-dockerfile.ts';

async function generate(files: Record<string, string>, rootFolder = '') {
  const folder = await mkdtemp(join(tmpdir(), 'davit-generate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const plan = await detectPlan(folder, { rootFolder });
  const image = await generateDockerfile(plan, defaultBaseImages, ['davit-variables-0'], (path) =>
    kindOf(folder, path),
  );
  judgeDockerfile(image.content);
  return { ...image, lines: image.content.split('\n') };
}

const nodeFiles = {
  'package.json': JSON.stringify({
    engines: { node: '>=20 <23' },
    scripts: { build: 'tsc', start: 'node server.js' },
    dependencies: { ms: '2.1.3' },
  }),
  'package-lock.json': '{}',
  'server.js': '',
};

test('a Node application is installed before its source is there, so that a changed source installs nothing', async () => {
  const { lines, processes } = await generate(nodeFiles);
  const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
  expect(lines[0]).toBe('FROM node:22 AS build');
  expect(at(/^COPY package-lock.json /)).toBeGreaterThan(0);
  expect(at(/^RUN .*npm ci/)).toBeGreaterThan(at(/^COPY package-lock.json /));
  expect(at(/^COPY \. \.$/)).toBeGreaterThan(at(/^RUN .*npm ci/));
  expect(at(/^RUN .*npm run build/)).toBeGreaterThan(at(/^COPY \. \.$/));
  expect(processes).toEqual([{ name: 'web', argv: ['node', 'server.js'] }]);
});

test('variables come as secrets, and their digest decides only about what is built with them', async () => {
  const { lines } = await generate(nodeFiles);
  const digest = lines.indexOf('ARG DAVIT_VARIABLES_DIGEST');
  expect(lines.findIndex((line) => /npm ci/.test(line))).toBeLessThan(digest);
  expect(lines.findIndex((line) => /npm run build/.test(line))).toBeGreaterThan(digest);
  for (const line of lines.filter((each) => /^RUN .*npm/.test(each)))
    expect(line).toContain('--mount=type=secret,id=davit-variables-0,');
});

test('what runs is an unprivileged user in a small image, with the folder that it may write', async () => {
  const { lines } = await generate(nodeFiles);
  const last = lines.findLastIndex((line) => line.startsWith('FROM '));
  expect(lines[last]).toBe('FROM node:22-slim');
  expect(lines.slice(last)).toEqual(
    expect.arrayContaining([
      'COPY --from=build --chown=10001:10001 /app /app',
      'USER 10001:10001',
      'CMD ["node","server.js"]',
    ]),
  );
});

test('a service in a folder of a repository starts in it', async () => {
  const { lines } = await generate(
    Object.fromEntries(Object.entries(nodeFiles).map(([path, content]) => [`apps/web/${path}`, content])),
    'apps/web',
  );
  expect(lines).toContain('WORKDIR /app/apps/web');
});

test('Python and Go get their own images', async () => {
  const python = await generate({
    'requirements.txt': 'flask\n',
    '.python-version': '3.12',
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
  });
  expect(python.lines[0]).toBe('FROM python:3.12 AS build');
  const go = await generate({ 'go.mod': 'module x\n\ngo 1.22\n', 'main.go': 'package main\nfunc main() {}\n' });
  expect(go.lines.filter((line) => line.startsWith('FROM '))).toEqual([
    expect.stringMatching(/^FROM golang:1\.\d+ AS build$/),
    'FROM debian:12-slim',
  ]);
});

test('for what davit knows no image of, it asks for a Dockerfile', async () => {
  await expect(generate({ 'index.html': '<p>hello</p>' })).rejects.toMatchObject({
    code: 'BUILD_IMAGE_LANGUAGE_UNSUPPORTED',
  });
});

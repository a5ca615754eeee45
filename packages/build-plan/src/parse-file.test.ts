import { describe, expect, test } from 'vitest';
import { problemOf } from '../test/support/plan-of.ts';
import type { Tree } from '../test/support/source-tree.ts';
import { findJsonFault } from './json-fault.ts';
import { parseJson, parseJsonc, parseToml, parseYaml } from './parse-file.ts';
import { PlanError } from './plan-error.ts';

function faultOf(parse: () => unknown): PlanError {
  try {
    parse();
  } catch (error) {
    if (error instanceof PlanError) return error;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('files that cannot be understood', () => {
  test.each([
    ['', 1, 1, 'value'],
    ['{', 1, 2, 'name or }'],
    ['{\n  "a": 1,\n}', 3, 1, 'name'],
    ['{"a" 1}', 1, 6, ':'],
    ['{"a": 1 "b": 2}', 1, 9, ', or }'],
    ['[1, 2', 1, 6, ', or ]'],
    ['{"a": nope}', 1, 7, 'value'],
    ['{"a": 01}', 1, 8, ', or }'],
    ['{"a": "b\nc"}', 1, 7, 'value'],
    ["{'a': 1}", 1, 2, 'name or }'],
    ['{} x', 1, 4, 'nothing more'],
    ['\n\n  hello', 3, 3, 'value'],
  ])('JSON %j: line %i, column %i, where a %s should be', (text, line, column, expected) => {
    const fault = faultOf(() => parseJson(text, 'a/package.json'));
    expect(fault).toMatchObject({ code: 'PLAN_INVALID_FILE', path: 'a/package.json', line, column });
    expect(fault.message).toBe(`a/package.json:${line}:${column}: not valid JSON (expected ${expected})`);
  });

  test('valid JSON has no fault before its end', () => {
    const text = ' {"a": [1, -2.5e3, "x\\n\\u00e9", {}, [], true, null]} ';
    expect(JSON.parse(text)).toBeDefined();
    expect(findJsonFault(text)).toEqual({ offset: text.length, expected: 'nothing more' });
  });

  test('JSON with comments keeps positions and texts', () => {
    expect(parseJsonc('{ // one\n "a": "// no, ]", /* two */ "b": [1, 2,], }', 'deno.jsonc')).toEqual({
      a: '// no, ]',
      b: [1, 2],
    });
    expect(faultOf(() => parseJsonc('// one\n{ "a": }', 'deno.jsonc'))).toMatchObject({ line: 2, column: 8 });
  });

  test('TOML and YAML are named with their positions', () => {
    expect(faultOf(() => parseToml('a = 1\nb = = 2\n', 'x.toml'))).toMatchObject({ path: 'x.toml', line: 2 });
    expect(faultOf(() => parseYaml('a: 1\nb: [1\n', 'x.yaml'))).toMatchObject({ path: 'x.yaml', line: 3 });
  });

  test('a YAML file that grows without end is refused', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let index = 1; index < 9; index += 1) {
      const name = String.fromCharCode(97 + index);
      const before = String.fromCharCode(96 + index);
      lines.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    expect(faultOf(() => parseYaml(lines.join('\n'), 'bomb.yaml'))).toMatchObject({ code: 'PLAN_INVALID_FILE' });
  });

  test('a message never quotes the file', () => {
    expect(faultOf(() => parseJson('{"token": s3cret}', 'a.json')).message).not.toContain('s3cret');
    expect(faultOf(() => parseToml('token = s3cret', 'a.toml')).message).not.toContain('s3cret');
    expect(faultOf(() => parseYaml('token: "s3cret', 'a.yaml')).message).not.toContain('s3cret');
  });
});

const malformed: [string, Tree][] = [
  ['package.json', { 'package.json': '{ "scripts": ' }],
  ['package.json', { 'package.json': '[]' }],
  ['package.json', { 'package.json': { scripts: 5 } }],
  ['package.json', { 'package.json': { scripts: { start: ['node', 'a.js'] } } }],
  ['pnpm-workspace.yaml', { 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [a\n' }],
  ['pnpm-workspace.yaml', { 'package.json': {}, 'pnpm-workspace.yaml': 'just a text' }],
  ['pyproject.toml', { 'main.py': '', 'pyproject.toml': '[project\n' }],
  ['Pipfile', { Pipfile: 'packages =' }],
  ['Cargo.toml', { 'Cargo.toml': 'a b' }],
  ['composer.json', { 'composer.json': '{' }],
  ['deno.json', { 'deno.json': '{' }],
  ['mise.toml', { 'go.mod': 'module a\n', 'main.go': 'package main', 'mise.toml': '=' }],
  ['Procfile', { Procfile: 'web node server.js\n' }],
  ['Staticfile', { Staticfile: 'root: [' }],
];

test.each(malformed)('a broken %s stops the plan and is named (%#)', async (path, tree) => {
  expect(await problemOf(tree)).toMatchObject({ code: 'PLAN_INVALID_FILE', path, hint: expect.stringContaining(path) });
});

import { expect, test } from 'vitest';
import { createSourceRules, isAlwaysOut, isRuleFile } from './source-rules.ts';

const rulesOf = (texts: Record<string, string>) => createSourceRules(new Map(Object.entries(texts)));

test('history and installed packages are never sent, wherever they are and whatever the rules say', () => {
  const leftOut = rulesOf({ '.davitignore': '!node_modules\n!.git\n' });
  expect(leftOut('.git/config')).toBe('.git/');
  expect(leftOut('web/node_modules/react/index.js')).toBe('web/node_modules/');
  expect(leftOut('web/index.js')).toBeUndefined();
  expect(isAlwaysOut('a/b/node_modules')).toBe(true);
  expect(isAlwaysOut('a/b/node_modules.ts')).toBe(false);
});

test('what Git ignores is left out, named by the outermost folder', () => {
  const leftOut = rulesOf({ '.gitignore': 'dist/\n*.log\n' });
  expect(leftOut('dist/deep/file.js')).toBe('dist/');
  expect(leftOut('sub/debug.log')).toBe('sub/debug.log');
  expect(leftOut('src/main.ts')).toBeUndefined();
});

test('.davitignore leaves more out, and brings back what Git ignores', () => {
  const leftOut = rulesOf({ '.gitignore': 'dist/\n', '.davitignore': '!dist/\nassets/*.psd\n' });
  expect(leftOut('dist/app.js')).toBeUndefined();
  expect(leftOut('assets/logo.psd')).toBe('assets/logo.psd');
  expect(leftOut('assets/logo.svg')).toBeUndefined();
});

test('the rules of a folder hold in it, and the deepest that says anything decides', () => {
  const leftOut = rulesOf({ '.gitignore': '*.txt\n', 'sub/.gitignore': '!keep.txt\n/local\n' });
  expect(leftOut('keep.txt')).toBe('keep.txt');
  expect(leftOut('sub/keep.txt')).toBeUndefined();
  expect(leftOut('sub/other.txt')).toBe('sub/other.txt');
  expect(leftOut('sub/local')).toBe('sub/local');
  expect(leftOut('local')).toBeUndefined();
});

test('files that say what is left out are known by their names', () => {
  expect(['.gitignore', 'a/.davitignore'].every(isRuleFile)).toBe(true);
  expect(['a.gitignore', '.gitignore.bak', '.dockerignore'].some(isRuleFile)).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { summarize, type TestReport } from './test-summary.ts';

const calm: { left: readonly string[]; isCi: boolean } = { left: [], isCi: true };

/** A report of one file with tests that ended so. */
function report(...statuses: string[]): TestReport {
  const isGood = !statuses.includes('failed');
  const assertionResults = statuses.map((status, at) => ({ status, fullName: `test ${at}` }));
  return {
    success: isGood,
    testResults: [{ name: 'a.test.ts', status: isGood ? 'passed' : 'failed', assertionResults }],
  };
}

const summaryOf = (reports: Record<string, TestReport | undefined>, circumstances = calm) =>
  summarize(new Map(Object.entries(reports)), circumstances);

describe('the closing line', () => {
  test('adds up all projects', () => {
    const summary = summaryOf({ unit: report('passed', 'passed'), e2e: report('passed') });
    expect(summary).toEqual({ faults: [], line: '3 passed, 0 failed' });
  });

  test('counts a failed test', () => {
    const summary = summaryOf({ unit: report('passed', 'failed') });
    expect(summary).toEqual({ faults: ['failed: a.test.ts: test 1'], line: '1 passed, 1 failed' });
  });

  test('says with a failed test how it failed', () => {
    const failed = { status: 'failed', fullName: 'adds', failureMessages: ['Error: 5 is not 4\n    at a.test.ts:3'] };
    const assertionResults = [...report('passed').testResults.flatMap((file) => file.assertionResults), failed];
    const unit = { success: false, testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults }] };
    const { faults } = summaryOf({ unit });
    expect(faults).toEqual(['failed: a.test.ts: adds\n    Error: 5 is not 4\n        at a.test.ts:3']);
  });

  test('counts a project that wrote no report', () => {
    expect(summaryOf({ unit: report('passed'), e2e: undefined }).line).toBe('1 passed, 1 failed');
  });

  test.each([
    ['has no file', { success: true, testResults: [] }],
    ['has only tests that were skipped', report('skipped')],
  ])('counts a project that %s', (_, empty) => {
    const { faults } = summaryOf({ unit: empty }, { ...calm, isCi: false });
    expect(faults).toEqual(['unit: ran no test']);
  });

  test('counts a file that could not be loaded', () => {
    const broken = { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] };
    const unit = { success: false, testResults: [...report('passed').testResults, broken] };
    expect(summaryOf({ unit })).toEqual({ faults: ['unit: b.test.ts: no such module'], line: '1 passed, 1 failed' });
  });

  test('counts an error outside of any test', () => {
    expect(summaryOf({ unit: { ...report('passed'), success: false } }).line).toBe('1 passed, 1 failed');
  });

  test('counts a process that was left', () => {
    const { line } = summaryOf({ unit: report('passed') }, { left: ['process 7: node agent'], isCi: false });
    expect(line).toBe('1 passed, 1 failed');
  });

  test('counts a skipped test as failed in CI only', () => {
    const reports = { unit: report('passed', 'skipped') };
    expect(summaryOf(reports).line).toBe('1 passed, 1 failed, 1 skipped');
    expect(summaryOf(reports, { ...calm, isCi: false }).line).toBe('1 passed, 0 failed, 1 skipped');
  });
});

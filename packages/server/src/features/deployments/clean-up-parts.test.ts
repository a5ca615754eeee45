import { expect, test } from 'vitest';
import { runtimeErrors } from '../../adapters/runtime/runtime-errors.ts';
import { RunInterruption } from '../../platform/runs/run-kind.ts';
import { cleanUpParts } from './clean-up-parts.ts';

function createContext() {
  const lines: string[] = [];
  const output = { write: (_stream: string, text: string) => lines.push(text) > 0, flush: async () => {} };
  return { output, lines, signal: new AbortController().signal };
}

const away = async () => {
  throw runtimeErrors.RUNTIME_UNREACHABLE({ away: true });
};

test('what needs an engine that is away is left for later, and everything else is done', async () => {
  const context = createContext();
  const done: string[] = [];
  await cleanUpParts(context, [async () => void done.push('first'), away, away, async () => void done.push('last')]);
  expect(done).toEqual(['first', 'last']);
  expect(context.lines).toEqual([
    'The Docker engine does not answer. What it still has of this is removed when it is back.',
  ]);
});

test('another failure is one, but not before every part had its turn', async () => {
  const context = createContext();
  const done: string[] = [];
  const broken = async () => {
    throw new Error('broken');
  };
  const parts = [away, broken, async () => void done.push('last')];
  await expect(cleanUpParts(context, parts)).rejects.toThrow('broken');
  expect(done).toEqual(['last']);
});

test('a run that was lost to another worker touches nothing more', async () => {
  const done: string[] = [];
  const lost = async () => {
    throw new RunInterruption('lease-lost');
  };
  const parts = [lost, async () => void done.push('last')];
  await expect(cleanUpParts(createContext(), parts)).rejects.toThrow(RunInterruption);
  expect(done).toEqual([]);
});

test('where all is done nothing is said', async () => {
  const context = createContext();
  await cleanUpParts(context, [async () => {}]);
  expect(context.lines).toEqual([]);
});

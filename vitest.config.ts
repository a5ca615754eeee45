import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/tests/longest-first.ts';

// Four projects, by what they need: nothing; this machine (processes, PostgreSQL); the whole platform in a browser; the whole
// platform. A browser breaks off what it is loading when the machine's network changes, and a Docker engine changes it with
// every container: tests of the two do not run at the same time.
// A condition is waited for as long as a busy machine may need: Vitest's own second is no deadline, it is a race.
const patient = { poll: { timeout: 60_000 } };
const shared = { environment: 'node', pool: 'forks', restoreMocks: true, passWithNoTests: false } as const;

const browserTests = ['packages/web/test/e2e/**/*.test.ts'];
/** In a browser too, but of an engine of its own. */
const browserAndEngine = 'packages/web/test/e2e/images.test.ts';

/** Asked for with `--sequence.shuffle`, which has an order of its own. */
const isShuffled = process.argv.some((word) => word.startsWith('--sequence.shuffle'));

export default defineConfig({
  test: {
    ...(isShuffled ? {} : { sequence: { sequencer: LongestFirst } }),
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // What a unit test needs it makes, and what it changes it puts back: a process for each file would be two thirds of the work.
          isolate: false,
          include: ['packages/*/{src,test}/**/*.test.ts', 'modules/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.int.test.ts', 'packages/*/test/e2e/**', 'packages/*/test/faults/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['packages/*/{src,test,bin}/**/*.int.test.ts'],
          globalSetup: ['packages/server/test/support/global-setup.ts'],
          testTimeout: 120_000,
          expect: patient,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: browserTests,
          exclude: ['**/node_modules/**', browserAndEngine],
          globalSetup: ['packages/server/test/support/global-setup.ts'],
          testTimeout: 300_000,
          expect: patient,
          hookTimeout: 300_000,
          maxWorkers: 1,
          maxConcurrency: 2,
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: [
            'packages/{agent,api,build-plan,cli,pulumi-provider,server}/test/{e2e,faults}/**/*.test.ts',
            browserAndEngine,
          ],
          globalSetup: ['packages/server/test/support/global-setup.ts'],
          testTimeout: 300_000,
          expect: patient,
          hookTimeout: 300_000,
          maxWorkers: 1,
          // Each of them starts a whole platform: more at once than there are cores only wait for each other.
          maxConcurrency: 2,
        },
      },
    ],
  },
});

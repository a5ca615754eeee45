import { defineConfig } from 'vitest/config';

// Three projects, by what they need: nothing; this machine (processes, PostgreSQL); the whole platform.
const shared = { environment: 'node', pool: 'forks', restoreMocks: true, passWithNoTests: false } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/*/{src,test}/**/*.test.ts', 'modules/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.int.test.ts', 'packages/*/test/e2e/**', 'packages/*/test/faults/**'],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['packages/*/{src,test,bin}/**/*.int.test.ts'],
          globalSetup: ['packages/server/test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['packages/*/test/{e2e,faults}/**/*.test.ts'],
          globalSetup: ['packages/server/test/support/global-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
          // Each of them starts a whole platform: more at once than there are cores only wait for each other.
          maxConcurrency: 2,
        },
      },
    ],
  },
});

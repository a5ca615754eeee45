import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { runDavitOn } from '../support/run-davit.ts';

// Long runs of the platform, followed by the command line with the limits that an installation has by itself.

/** By default (docs/configuration.md); the platforms of tests have far more. */
const limits = { RATE_LIMIT_REQUESTS: '100', RATE_LIMIT_SIGN_IN: '10' };

let platform: Platform;
let kept: string;
beforeAll(async () => {
  kept = await mkdtemp(join(tmpdir(), 'davit-kept-'));
  platform = await startPlatform({ environment: { ...limits, BACKUP_TO: kept } });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await rm(kept, { recursive: true, force: true });
});

/** Keeps runs of this subject in the queue until the result is called. */
async function holdBack(subject: string): Promise<() => Promise<unknown>> {
  const { pool } = platform.database;
  await pool.query(
    `insert into runs (id, kind, subject, state, timeout_ms, lease_expires_at, lease_token, started_at)
     select 'run_hold', 'platform.backup', $1, 'running', 600000, now() + interval '1 hour', gen_random_uuid(), now()`,
    [subject],
  );
  return () => pool.query("delete from runs where id = 'run_hold'");
}

/** What was asked for since the platform began, by operation. */
async function operations(): Promise<string[]> {
  const lines = (await platform.log()).split('\n').filter((line) => line.startsWith('{'));
  return lines.flatMap((line) => (JSON.parse(line) as { operation?: string }).operation ?? []);
}

test.each([
  { words: ['backup'], subject: 'platform:backup', says: /Backed up to .*; the root key is not in it/ },
  { words: ['storage', '--collect', '--yes'], subject: 'platform:collect', says: /free|collected/i },
])(
  'davit admin $words is followed to its end by one request, however long it takes',
  async ({ words, subject, says }) => {
    const { pool } = platform.database;
    const letGo = await holdBack(subject);
    const command = runDavitOn(platform, ['admin', ...words]);
    await waitUntil('it is queued', async () => {
      const { rows } = await pool.query("select 1 from runs where subject = $1 and state = 'queued'", [subject]);
      return rows.length > 0 ? true : undefined;
    });
    await letGo();
    const { code, stdout, stderr } = await command;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(says);
    expect(stderr).not.toMatch(/too many requests/i);
    const asked = await operations();
    expect(asked.filter((operation) => /PlatformRun/.test(operation)).at(-1)).toBe('streamPlatformRun');
    expect(asked).not.toContain('getPlatformRun');
    expect(asked).not.toContain('readPlatformRunOutput');
  },
);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandStand, startCommandStand } from './support/command-stand.ts';

let stand: CommandStand;
beforeAll(async () => {
  stand = await startCommandStand({ RATE_LIMIT_REQUESTS: '8', RATE_LIMIT_WINDOW: '6s' });
});
afterAll(() => stand[Symbol.asyncDispose]());

/** Runs the real command once nothing is left of this window, again where the window was over before it was there. */
async function davitWhenLimited(words: readonly string[]) {
  const { url, token } = stand;
  for (;;) {
    let status = 200;
    while (status === 200)
      ({ status } = await fetch(`${url}/auth/me`, { headers: { authorization: `Bearer ${token}` } }));
    expect(status).toBe(429);
    const ended = await stand.davit(words);
    if (/too many requests/i.test(ended.stderr)) return ended;
  }
}

test('a command that only reads says that it waits, and goes on by itself', async () => {
  const { code, stdout, stderr } = await davitWhenLimited(['whoami']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(/Too many requests: going on in \d+ s\./);
  expect(stdout).toContain('owner@example.org');
});

test('a command that changes something is refused, with the time after which it may be given again', async () => {
  const { code, stdout, stderr } = await davitWhenLimited(['token', 'create', 'refused']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/Give the command again in \d+ s/);
  const made = await stand.database.db.selectFrom('apiTokens').select('id').where('name', '=', 'refused').execute();
  expect(made).toEqual([]);
});

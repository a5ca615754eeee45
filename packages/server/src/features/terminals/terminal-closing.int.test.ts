import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openTerminalClient, refusalOf, type TerminalClient } from '../../../test/support/terminal-client.ts';
import { auditedBy, bearer, createTerminalStand, type TerminalStand } from '../../../test/support/terminal-stand.ts';
import type { SignedInAnswer } from '../../../test/support/test-accounts.ts';
import { waitUntil } from '../../../test/support/wait-until.ts';

let stand: TerminalStand;
let developer: SignedInAnswer;
let count = 0;

beforeAll(async () => {
  stand = await createTerminalStand();
});
afterAll(() => stand?.[Symbol.asyncDispose]());
beforeEach(async () => {
  developer = await stand.accounts.join(stand.owner, `developer-${++count}@example.org`, 'developer');
});

async function open(
  headers: Record<string, string> = bearer(developer.accessToken),
  path = stand.pathOf(),
): Promise<TerminalClient> {
  const client = await openTerminalClient(stand.base + path, headers);
  onTestFinished(() => client.socket.terminate());
  return client;
}

describe('an open terminal', () => {
  test('stays open when the access token runs out, for as long as its session lives', async () => {
    let ahead = 0;
    const beside = await stand.startServer({ now: () => new Date(Date.now() + ahead) });
    onTestFinished(() => beside[Symbol.asyncDispose]());
    const url = (await beside.app.listen({ host: '127.0.0.1', port: 0 })) + stand.pathOf();
    const client = await openTerminalClient(url, bearer(developer.accessToken));
    ahead = 24 * 3600_000;
    let looks = 0;
    client.socket.on('ping', () => looks++);
    await waitUntil('the session has been looked at', () => looks >= 3);
    await client.run('echo st""ill', 'still');
    expect((await refusalOf(openTerminalClient(url, bearer(developer.accessToken)))).status).toBe(401);
  });
});

describe('an open terminal is closed', () => {
  test('when its session is ended, and says so', async () => {
    const client = await open();
    await client.run('echo he""re', 'here');
    await stand.accounts.must('DELETE', `/v1/sessions/${developer.sessionId}`, developer.accessToken);
    expect(await client.closed).toEqual({ code: 4403, reason: 'Your session has ended: sign in again.' });
  });

  test('when the role does not allow it any more', async () => {
    const client = await open();
    const url = `/v1/organizations/${stand.owner.organization.id}/members/${developer.user.id}`;
    await stand.accounts.must('PATCH', url, stand.owner.accessToken, { role: 'viewer' });
    expect(await client.closed).toEqual({ code: 4403, reason: 'Your role no longer allows this.' });
  });

  test('when the API token that it was opened with is revoked', async () => {
    const { token, id } = await stand.accounts.must<{ token: string; id: string }>(
      'POST',
      '/v1/api-tokens',
      developer.accessToken,
      { name: 'laptop', scope: 'deploy' },
    );
    const client = await open(bearer(token));
    await client.run('echo he""re', 'here');
    await stand.accounts.must('DELETE', `/v1/api-tokens/${id}`, developer.accessToken);
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  test('when the server stops', async () => {
    const beside = await stand.startServer();
    const url = await beside.app.listen({ host: '127.0.0.1', port: 0 });
    const client = await openTerminalClient(url + stand.pathOf(), bearer(developer.accessToken));
    await client.run('echo he""re', 'here');
    await beside[Symbol.asyncDispose]();
    expect(await client.closed).toMatchObject({ code: 1012 });
  });

  test('when its client is gone without a word', async () => {
    const client = await open();
    await client.run('echo he""re', 'here');
    client.socket.pause();
    // Pings are answered by whoever reads: nobody.
    const [ended] = await waitUntil('the end is recorded', async () => {
      const entries = await auditedBy(stand, developer.user.id, 'terminal.close');
      return entries.length > 0 ? entries : undefined;
    });
    expect(ended?.details).toMatchObject({ reason: 'closed' });
  });
});

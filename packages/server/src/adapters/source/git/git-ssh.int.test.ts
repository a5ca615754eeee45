import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SshGitServer, startSshGitServer } from '../../../../test/support/ssh-git-server.ts';
import { createTestGitSource, refusal, type TestGitSource } from '../../../../test/support/test-git-source.ts';
import type { FetchRequest, SourceSecret } from '../git-source.ts';

let git: TestGitSource;
let server: SshGitServer;
let stopped = false;

beforeEach(async () => {
  git = await createTestGitSource();
  server = await startSshGitServer();
  stopped = false;
});
afterEach(async () => {
  if (!stopped) await server.stop();
  await git[Symbol.asyncDispose]();
});

const fetch = (url: string, more: Partial<FetchRequest> = {}) => git.fetch(url, more);

/** Whether any file below the source's folder holds the text. */
async function isOnDisk(text: string): Promise<boolean> {
  for (const entry of await readdir(git.home, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(text)) return true;
  return false;
}

describe('over ssh', () => {
  it('a deploy key opens a private repository, and is nowhere on disk afterwards', async () => {
    const commit = await server.createRepository('app', { a: '1' }, { message: 'by ssh' });
    const deployKey: SourceSecret = {
      kind: 'deploy-key',
      privateKey: server.deployKey.replaceAll('\n', '\r\n').trimEnd(),
    };
    const knownHosts = await server.knownHosts();
    expect(await fetch(server.urlOf('app'), { secret: deployKey, knownHosts })).toMatchObject({
      commit,
      branch: 'main',
      message: 'by ssh',
    });
    expect(await git.export(commit)).toEqual(['a']);
    expect(await isOnDisk(server.deployKey.split('\n')[1] ?? '')).toBe(false);
    expect(git.output).toEqual([]);
  });

  it('a key that is not let in, or none, is refused', async () => {
    await server.createRepository('app', { a: '1' });
    const stranger: SourceSecret = { kind: 'deploy-key', privateKey: server.strangerKey };
    for (const which of [stranger, undefined])
      expect(await refusal(fetch(server.urlOf('app'), { secret: which }))).toMatchObject({
        code: 'SOURCE_AUTHENTICATION_FAILED',
        transient: false,
      });
  });

  it('a key that cannot be read is told', async () => {
    const broken = server.deployKey.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
    const error = await refusal(fetch(server.urlOf('app'), { secret: { kind: 'deploy-key', privateKey: broken } }));
    expect(error.code).toBe('SOURCE_SECRET_INVALID');
  });

  it('a repository that is not there is told, and a host that is down', async () => {
    const deployKey: SourceSecret = { kind: 'deploy-key', privateKey: server.deployKey };
    expect(await refusal(fetch(server.urlOf('nowhere'), { secret: deployKey }))).toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
    const url = server.urlOf('app');
    await server.stop();
    stopped = true;
    expect(await refusal(fetch(url, { secret: deployKey }))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      transient: true,
    });
  });

  it('the first host key seen is trusted, said so, and kept; another one afterwards is refused', async () => {
    await server.createRepository('app', { a: '1' });
    const deployKey: SourceSecret = { kind: 'deploy-key', privateKey: server.deployKey };
    const contacts = () => git.output.filter((line) => line.startsWith('First contact'));
    await fetch(server.urlOf('app'), { secret: deployKey });
    expect(contacts()).toHaveLength(1);
    expect(contacts()[0]).toMatch(
      /^First contact with \[127\.0\.0\.1\]:\d+: its ssh-ed25519 key SHA256:[A-Za-z0-9+/]{43} is trusted from now on\./,
    );
    await fetch(server.urlOf('app'), { secret: deployKey });
    // A copy that is made anew (and said to be) knows the key as well.
    expect(contacts(), git.output.join('\n')).toHaveLength(1);
    await server.changeHostKey();
    expect(await refusal(fetch(server.urlOf('app'), { secret: deployKey }))).toMatchObject({
      code: 'SOURCE_HOST_KEY_CHANGED',
      transient: false,
    });
    expect(
      (await fetch(server.urlOf('app'), { secret: deployKey, knownHosts: await server.knownHosts() })).branch,
    ).toBe('main');
  });

  it('host keys that are set must have the one of the host', async () => {
    await server.createRepository('app', { a: '1' });
    const deployKey: SourceSecret = { kind: 'deploy-key', privateKey: server.deployKey };
    const knownHosts = (await server.knownHosts()).replace('127.0.0.1', 'other.example.org');
    expect((await refusal(fetch(server.urlOf('app'), { secret: deployKey, knownHosts }))).code).toBe(
      'SOURCE_HOST_KEY_UNKNOWN',
    );
    for (const wrong of ['', 'nonsense', `${knownHosts}ProxyCommand id`])
      expect((await refusal(fetch(server.urlOf('app'), { knownHosts: wrong }))).code).toBe(
        'SOURCE_KNOWN_HOSTS_INVALID',
      );
  });
});

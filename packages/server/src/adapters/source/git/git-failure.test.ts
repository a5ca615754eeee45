import { describe, expect, it } from 'vitest';
import { parseSourceUrl } from '../source-url.ts';
import { gitFailure, isDamagedCopy } from './git-failure.ts';

const url = parseSourceUrl('https://git.example.org/a/b.git', { allowInsecure: false });

describe('what Git says when it fails', () => {
  it.each([
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': Could not resolve host: git.example.org",
      'SOURCE_UNREACHABLE',
    ],
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': Failed to connect to git.example.org port 443: Connection refused",
      'SOURCE_UNREACHABLE',
    ],
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': The requested URL returned error: 502",
      'SOURCE_UNREACHABLE',
    ],
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': The requested URL returned error: 429",
      'SOURCE_UNREACHABLE',
    ],
    ['fatal: the remote end hung up unexpectedly', 'SOURCE_UNREACHABLE'],
    [
      'error: RPC failed; curl 28 Operation too slow. Less than 100 bytes/sec transferred the last 60 seconds',
      'SOURCE_UNREACHABLE',
    ],
    [
      'ssh: connect to host git.example.org port 22: Connection timed out\nfatal: Could not read from remote repository.',
      'SOURCE_UNREACHABLE',
    ],
    ['ssh: connect to host git.example.org port 22: No route to host', 'SOURCE_UNREACHABLE'],
    [
      "remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://git.example.org/a/b.git/'",
      'SOURCE_AUTHENTICATION_FAILED',
    ],
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': The requested URL returned error: 403",
      'SOURCE_AUTHENTICATION_FAILED',
    ],
    [
      'git@git.example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'SOURCE_AUTHENTICATION_FAILED',
    ],
    ["fatal: could not read Username for 'https://git.example.org': terminal prompts disabled", 'SOURCE_NOT_FOUND'],
    [
      "remote: Repository not found.\nfatal: repository 'https://git.example.org/a/b.git/' not found",
      'SOURCE_NOT_FOUND',
    ],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'SOURCE_NOT_FOUND'],
    [
      "fatal: could not read Username for 'https://other.example.org': terminal prompts disabled",
      'SOURCE_REDIRECT_REFUSED',
    ],
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': server certificate verification failed. CAfile: none CRLfile: none",
      'SOURCE_TLS_FAILED',
    ],
    [
      "fatal: unable to access 'https://git.example.org/a/b.git/': SSL certificate problem: self-signed certificate",
      'SOURCE_TLS_FAILED',
    ],
    [
      '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.',
      'SOURCE_HOST_KEY_CHANGED',
    ],
    [
      'No ED25519 host key is known for git.example.org and you have requested strict checking.\nHost key verification failed.',
      'SOURCE_HOST_KEY_UNKNOWN',
    ],
    ['fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output', 'SOURCE_DISK_FULL'],
    ["fatal: couldn't find remote ref refs/heads/x", 'SOURCE_REF_NOT_FOUND'],
    ['fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111', 'SOURCE_REF_NOT_FOUND'],
  ])('%s', (stderr, code) => expect(gitFailure(stderr, url).code).toBe(code));

  it('is tried again when the host may be well later, and not otherwise', () => {
    expect(gitFailure('fatal: early EOF', url).transient).toBe(true);
    expect(gitFailure('Permission denied (publickey).', url).transient).toBe(false);
  });

  it('is quoted where nothing is known of it, without control characters', () => {
    const error = gitFailure('hint: x\nfatal: something \u001b[31mnew\n', url);
    expect(error).toMatchObject({ code: 'SOURCE_FETCH_FAILED', transient: false });
    expect(error.message).toBe('Git could not fetch the source: fatal: something  [31mnew.');
  });

  it('tells damage of the copy from a failure of the host', () => {
    expect(isDamagedCopy("fatal: Unable to create '/x/repo.git/shallow.lock': File exists.")).toBe(true);
    expect(isDamagedCopy('error: object file ./objects/ab/cd is empty')).toBe(true);
    expect(isDamagedCopy("fatal: repository 'https://git.example.org/a/b.git/' not found")).toBe(false);
    expect(isDamagedCopy('fatal: early EOF')).toBe(false);
  });
});

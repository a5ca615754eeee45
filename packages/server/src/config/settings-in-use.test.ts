import { expect, test } from 'vitest';
import { joinSettings, noteSettings } from './settings-in-use.ts';

const server = {
  BASE_URL: 'https://davit.example.com',
  DATA_DIR: '/srv/davit',
  DATABASE_URL: 'postgres://davit:pass-of-davit@db.example.com/davit',
  JWT_SECRET: '',
  NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  HOME: '/root',
};

test('no secret of a server is noted, nor what is no setting, and no two notes of one secret are alike', () => {
  const noted = noteSettings(server);
  expect(noted.values).toEqual({ BASE_URL: server.BASE_URL, EXTRA_CA_FILE: '/etc/ca.pem' });
  expect(Object.keys(noted.secrets)).toEqual(['DATABASE_URL']);
  expect(JSON.stringify(noted)).not.toContain('pass-of-davit');
  expect(noteSettings(server).secrets).not.toEqual(noted.secrets);
});

test.each([
  ['says nothing: it gets the values, and lacks the secrets', {}, server.BASE_URL, ['DATABASE_URL'], []],
  ['has the secret', { DATABASE_URL: server.DATABASE_URL }, server.BASE_URL, [], []],
  ['has another secret', { DATABASE_URL: 'postgres://other/davit' }, server.BASE_URL, [], ['DATABASE_URL']],
  ['is to be without', { DATABASE_URL: '', BASE_URL: '' }, '', [], ['BASE_URL', 'DATABASE_URL']],
  ['has another value', { ...server, BASE_URL: 'https://other' }, 'https://other', [], ['BASE_URL']],
  ['says what is usual', { ...server, PORT: '4000' }, server.BASE_URL, [], []],
  ['has what the server has not', { ...server, ROOT_KEY: 'k', PORT: '1' }, server.BASE_URL, [], ['PORT', 'ROOT_KEY']],
])('a shell that %s', (_what, shell: Record<string, string>, baseUrl, missing, different) => {
  const joined = joinSettings(noteSettings(server), shell);
  expect([joined.environment['BASE_URL'], joined.missing, [...joined.different].sort()]).toEqual([
    baseUrl,
    missing,
    different,
  ]);
});

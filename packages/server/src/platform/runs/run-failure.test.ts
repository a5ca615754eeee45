import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { stepFailure } from './run-failure.ts';

const failureOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (thrown: unknown) => stepFailure(thrown),
  );

test('a socket of PostgreSQL that is not there is a database that is gone', async () => {
  const attempt = new Promise((_, reject) => void connect('/nonexistent/.s.PGSQL.5432').once('error', reject));
  expect(await failureOf(attempt)).toMatchObject({ code: 'DATABASE_UNREACHABLE', transient: true });
});

test('a file that is not there is the fault of the step that looked for it', async () => {
  expect(await failureOf(readFile('/nonexistent/file'))).toMatchObject({ code: 'INTERNAL', transient: false });
});

test.each([
  ['57P01', 'ended by an operator', 'DATABASE_UNREACHABLE'],
  ['40P01', 'a deadlock', 'DATABASE_UNREACHABLE'],
  ['25006', 'a standby', 'DATABASE_UNREACHABLE'],
  ['23505', 'a duplicate key', 'INTERNAL'],
])('SQLSTATE %s, %s, is %s', (sqlstate, _, code) => {
  const thrown = Object.assign(new DatabaseError('refused', 0, 'error'), { code: sqlstate });
  expect(stepFailure(thrown)).toMatchObject({ code });
});

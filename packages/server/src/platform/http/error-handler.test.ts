import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { toAppError } from './error-handler.ts';

/** The code that a request is answered with whose handler throws this. */
async function codeOf(thrown: unknown): Promise<string> {
  await using app = fastify();
  app.setErrorHandler((error, request, reply) => reply.send(toAppError(error, request).code));
  app.get('/', () => {
    throw thrown;
  });
  return (await app.inject('/')).body;
}

function fromDatabase(code: string): DatabaseError {
  const error = new DatabaseError('what it says', 12, 'error');
  return Object.assign(error, { code, severity: 'FATAL' });
}

async function missingSocket(): Promise<unknown> {
  const [error] = (await once(connect('/nowhere/.s.PGSQL.5432'), 'error').catch((thrown: unknown) => [thrown])) as [
    unknown,
  ];
  return error;
}

test.for([
  ['that an operator shuts down', async () => fromDatabase('57P01')],
  ['that starts up', async () => fromDatabase('57P03')],
  ['that has taken its socket away', missingSocket],
  ['that broke the connection off', async () => new Error('Connection terminated unexpectedly')],
  [
    'whose broken connection is used once more',
    async () => new Error('Client has encountered a connection error and is not queryable'),
  ],
] as const)('a database %s is said to be unavailable', async ([, make]) => {
  expect(await codeOf(await make())).toBe('DATABASE_UNAVAILABLE');
});

test('a file that is missing, and a collision in the database, are faults inside', async () => {
  const missing = await readFile('/nowhere/at-all').catch((thrown: unknown) => thrown);
  expect([await codeOf(missing), await codeOf(fromDatabase('40P01'))]).toEqual(['INTERNAL', 'INTERNAL']);
});

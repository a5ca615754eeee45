import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createSecretBox } from '../../platform/crypto/secret-box.ts';
import { createKindService, type KindService } from './index.ts';
import { kindModuleBody } from './kind.ts';

let database: TestDatabase;
let kinds: KindService;
let organizationId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  organizationId = (
    await db
      .insertInto('organizations')
      .values({ id: 'org_1', name: 'One' } as never)
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id;
  kinds = createKindService({
    db,
    secretBox: createSecretBox({ db, rootKey: randomBytes(32) }),
    loadBuiltIn: async () => [],
    checkSource: () => undefined,
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const first = 'https://git.example.org/first.git';
const second = 'https://git.example.org/second.git';
const sourceCredential = { kind: 'token', token: 'glpat-of-a-module' };
const set = (module: object) => kinds.setModule(organizationId, 'Own', kindModuleBody.parse(module));
const open = (url: string) => kinds.openModuleCredential(organizationId, 'Own', url);

test('what a private repository of a module is read with is kept encrypted, and shown to nobody', async () => {
  const view = await set({ url: first, sourceCredential });
  expect(view).toMatchObject({ hasSourceCredential: true, module: { url: first } });
  expect(JSON.stringify([view, await kinds.explain(organizationId, 'Own')])).not.toContain('glpat');
  const { rows } = await database.pool.query<{ row: string }>('select k::text as row from kind_modules k');
  const text = rows.map(({ row }) => row).join();
  expect(text).not.toContain('glpat');
  expect(text).not.toContain(Buffer.from('glpat-of-a-module').toString('hex'));
  expect(await open(first)).toEqual(sourceCredential);
});

test('it stays while the URL does, and is lost with it', async () => {
  await set({ url: first, sourceCredential });
  expect(await set({ url: first, folder: 'other' })).toMatchObject({ hasSourceCredential: true });
  expect(await open(second)).toBeUndefined();
  expect(await set({ url: second })).toMatchObject({ hasSourceCredential: false });
  expect(await set({ url: first })).toMatchObject({ hasSourceCredential: false });
  expect(await open(first)).toBeUndefined();
});

test('it is forgotten when that is asked for, and with the module', async () => {
  await set({ url: first, sourceCredential });
  expect(await set({ url: first, sourceCredential: null })).toMatchObject({ hasSourceCredential: false });
  await set({ url: first, sourceCredential });
  await kinds.deleteModule(organizationId, 'Own');
  expect(await set({ url: first })).toMatchObject({ hasSourceCredential: false });
});

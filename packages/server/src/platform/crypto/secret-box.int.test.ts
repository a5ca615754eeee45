import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { createId } from '../../kernel/id.ts';
import { rewrapOrganizationKeys } from './rewrap-organization-keys.ts';
import { checkRootKey } from './root-key.ts';
import { createSecretBox, type SecretPlace } from './secret-box.ts';

const database = await createTestDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

let rootKey: Buffer;
let organizationId: string;

beforeEach(async () => {
  await db.deleteFrom('organizations').execute();
  await db.deleteFrom('platformSettings').execute();
  rootKey = randomBytes(32);
  organizationId = await createOrganization();
});

async function createOrganization(): Promise<string> {
  const id = createId('org');
  await db.insertInto('organizations').values({ id, name: 'Acme' }).execute();
  return id;
}

const box = (key = rootKey) => createSecretBox({ db, rootKey: key });
const place = (changes: Partial<SecretPlace> = {}): SecretPlace => ({
  organizationId,
  table: 'variables',
  column: 'value',
  rowId: 'var_1',
  ...changes,
});

describe('a secret', () => {
  test('comes back byte for byte, also to a server that starts later', async () => {
    const sealed = await box().seal(db, place(), 'p$ss\n✓');
    expect((await box().open(db, place(), sealed)).toString()).toBe('p$ss\n✓');
    expect(sealed.toString('latin1')).not.toContain('p$ss');
  });

  test.each([
    ['row', { rowId: 'var_2' }],
    ['column', { column: 'other' }],
    ['table', { table: 'services' }],
  ])('that was moved to another %s does not open', async (_, changes) => {
    const secrets = box();
    const sealed = await secrets.seal(db, place(), 'secret');
    await expect(secrets.open(db, place(changes), sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  test('that was moved to another organization does not open, nor with its key', async () => {
    const secrets = box();
    const other = await createOrganization();
    const sealed = await secrets.seal(db, place(), 'secret');
    await secrets.seal(db, place({ organizationId: other }), 'their own');
    const moved = secrets.open(db, place({ organizationId: other }), sealed);
    await expect(moved).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    // Even when the other organization's key is replaced by the first one's in the database.
    const { wrappedKey } = await db
      .selectFrom('organizationKeys')
      .select('wrappedKey')
      .where('organizationId', '=', organizationId)
      .executeTakeFirstOrThrow();
    await db.updateTable('organizationKeys').set({ wrappedKey }).where('organizationId', '=', other).execute();
    const withKey = box().open(db, place({ organizationId: other }), sealed);
    await expect(withKey).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['of an unknown format', Buffer.alloc(64, 2)],
    ['of a key that is not there', Buffer.concat([Buffer.from([1, 0, 0, 0, 9]), Buffer.alloc(40)])],
  ])('that is %s is said to be unreadable', async (_, sealed) => {
    const secrets = box();
    await secrets.seal(db, place(), 'first');
    await expect(secrets.open(db, place(), sealed)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });
});

describe("an organization's key", () => {
  test('is made once by servers that seal their first secrets at the same time', async () => {
    const sealed = await Promise.all(Array.from({ length: 8 }, () => box().seal(db, place(), 'secret')));
    const reader = box();
    for (const each of sealed) expect((await reader.open(db, place(), each)).toString()).toBe('secret');
    expect(await db.selectFrom('organizationKeys').select('version').execute()).toEqual([{ version: 1 }]);
  });

  test('that was made in a transaction which was rolled back is never used again', async () => {
    const secrets = box();
    const work = db.transaction().execute(async (trx) => {
      const sealed = await secrets.seal(trx, place(), 'lost');
      expect((await secrets.open(trx, place(), sealed)).toString()).toBe('lost');
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    const sealed = await secrets.seal(db, place(), 'kept');
    expect((await box().open(db, place(), sealed)).toString()).toBe('kept');
  });

  test('is made with its organization in one transaction', async () => {
    const secrets = box();
    const id = createId('org');
    const sealed = await db.transaction().execute(async (trx) => {
      await trx.insertInto('organizations').values({ id, name: 'New' }).execute();
      return secrets.seal(trx, place({ organizationId: id }), 'secret');
    });
    expect((await secrets.open(db, place({ organizationId: id }), sealed)).toString()).toBe('secret');
  });

  test('that is rotated seals what comes, also from another server, and opens what was', async () => {
    const secrets = box();
    let now = new Date();
    const other = createSecretBox({ db, rootKey, clock: { now: () => now } });
    const before = await other.seal(db, place(), 'before');
    expect(await secrets.rotateOrganizationKey(organizationId)).toBe(2);
    const after = await secrets.seal(db, place(), 'after');
    expect([before.readUInt32BE(1), after.readUInt32BE(1)]).toEqual([1, 2]);
    expect((await secrets.open(db, place(), before)).toString()).toBe('before');
    expect((await other.open(db, place(), after)).toString()).toBe('after');
    now = new Date(now.getTime() + 60_000);
    expect((await other.seal(db, place(), 'later')).readUInt32BE(1)).toBe(2);
  });
});

describe('the root key', () => {
  test('that came first is the one: another is refused with a hint', async () => {
    await checkRootKey(db, rootKey);
    await checkRootKey(db, rootKey);
    await expect(checkRootKey(db, randomBytes(32))).rejects.toMatchObject({
      code: 'ROOT_KEY_MISMATCH',
      hint: expect.stringContaining('ROOT_KEY_FILE'),
    });
  });

  test('of servers that start at the same time with two keys is one of them', async () => {
    const other = randomBytes(32);
    const starts = await Promise.allSettled([rootKey, other, rootKey, other].map((key) => checkRootKey(db, key)));
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  test('is known by the keys that it wrapped even when the canary is lost', async () => {
    await box().seal(db, place(), 'secret');
    await db.deleteFrom('platformSettings').execute();
    await expect(checkRootKey(db, randomBytes(32))).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
    await checkRootKey(db, rootKey);
  });

  test('that is wrong neither opens nor seals', async () => {
    const sealed = await box().seal(db, place(), 'secret');
    const wrong = box(randomBytes(32));
    await expect(wrong.open(db, place(), sealed)).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
    const other = place({ organizationId: await createOrganization() });
    await expect(wrong.seal(db, other, 'secret')).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
  });
});

describe('a change of the root key', () => {
  const to = randomBytes(32);
  let sealed: { place: SecretPlace; bytes: Buffer }[];

  beforeEach(async () => {
    const secrets = box();
    sealed = [];
    for (let index = 0; index < 120; index++) {
      const at = place({ organizationId: await createOrganization() });
      sealed.push({ place: at, bytes: await secrets.seal(db, at, `secret of ${at.organizationId}`) });
    }
  });

  async function expectAllOpen(key: Buffer): Promise<void> {
    const secrets = box(key);
    for (const { place: at, bytes } of sealed) {
      expect((await secrets.open(db, at, bytes)).toString()).toBe(`secret of ${at.organizationId}`);
    }
  }

  test('leaves the secrets as they are; the new key is needed from then on', async () => {
    expect(await rewrapOrganizationKeys({ db, from: rootKey, to })).toBe(120);
    await expectAllOpen(to);
    await checkRootKey(db, to);
    await expect(checkRootKey(db, rootKey)).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
    expect(await rewrapOrganizationKeys({ db, from: rootKey, to })).toBe(0);
  });

  test('that is cut off half-way lets no server start, makes no key, and goes on where it was', async () => {
    const cutOff = rewrapOrganizationKeys({
      db,
      from: rootKey,
      to,
      onProgress(wrapped) {
        throw new Error(`cut off after ${wrapped}`);
      },
    });
    await expect(cutOff).rejects.toThrow('cut off after 100');
    for (const key of [rootKey, to]) {
      await expect(checkRootKey(db, key)).rejects.toMatchObject({ code: 'ROOT_KEY_CHANGE_UNFINISHED' });
    }
    const fresh = place({ organizationId: await createOrganization() });
    await expect(box().seal(db, fresh, 'x')).rejects.toMatchObject({ code: 'ROOT_KEY_CHANGE_UNFINISHED' });
    const elsewhere = rewrapOrganizationKeys({ db, from: rootKey, to: randomBytes(32) });
    await expect(elsewhere).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
    expect(await rewrapOrganizationKeys({ db, from: rootKey, to })).toBe(20);
    await expectAllOpen(to);
    await checkRootKey(db, to);
  });

  test('from a key that is not the right one changes nothing', async () => {
    const wrong = rewrapOrganizationKeys({ db, from: randomBytes(32), to });
    await expect(wrong).rejects.toMatchObject({ code: 'ROOT_KEY_MISMATCH' });
    await expectAllOpen(rootKey);
    await checkRootKey(db, rootKey);
  });
});

import { expect, test } from 'vitest';
import { objectStoreErrors } from '../../adapters/object-store/object-store-errors.ts';
import { createBackupCheck } from './platform-checks.ts';

const refused = objectStoreErrors.OBJECT_STORE_REFUSED({ message: 'The clock is wrong.', hint: 'Set the clock.' });

async function examine(newest: () => Promise<Date | undefined>) {
  const check = createBackupCheck({ findOwner: async () => 'dav_1', newest, oldAfterMs: 48 * 3_600_000 });
  return await check(AbortSignal.timeout(60_000));
}

test('what to do about backups that cannot be listed is what their store advises', async () => {
  expect(await examine(() => Promise.reject(refused))).toEqual([
    expect.objectContaining({ state: 'fail', detail: 'The clock is wrong.', mend: 'Set the clock.' }),
  ]);
  expect(await examine(() => Promise.reject(new Error('odd')))).toEqual([
    expect.objectContaining({ state: 'fail', detail: 'odd', mend: expect.stringContaining('BACKUP_TO') }),
  ]);
});

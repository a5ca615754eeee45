import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tar } from '../../../test/support/tar.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { tarArchives } from '../../adapters/source/archive/tar-archives.ts';
import { registerUploadRoutes } from './upload-routes.ts';
import { createUploadService } from './upload-service.ts';

test('none is taken while the disk is short, and one that fills it is ended; the answer says so, and nothing is kept', async () => {
  await using database = await createTestDatabase();
  await database.db.insertInto('organizations').values({ id: 'org_test', name: 'org_test' }).execute();
  const folder = await mkdtemp(join(tmpdir(), 'davit-uploads-'));
  const free: number[] = [];
  const measure = async () => free.shift() ?? 2e9;
  const uploads = createUploadService({
    db: database.db,
    folder,
    archives: tarArchives,
    freeDiskBytes: 1e9,
    measure,
  });
  const app = await createTestHttpServer((scope) => registerUploadRoutes(scope, { uploads }));
  const payload = await tar({ name: 'a', content: randomBytes(6_000_000) });
  const headers = { authorization: 'Bearer developer', 'content-type': 'application/x-tar' };
  const post = async (...looks: number[]) => {
    free.push(...looks);
    const answer = await app.inject({ method: 'POST', url: '/v1/uploads', headers, payload });
    return { status: answer.statusCode, ...answer.json<object>() };
  };

  expect(await post(6e8)).toMatchObject({
    status: 503,
    code: 'UPLOAD_DISK_FULL',
    detail: 'The upload was not taken: 572 MB of the disk are free, 953 MB are wanted.',
  });
  expect(await post(2e9, 4e8)).toMatchObject({
    status: 503,
    code: 'UPLOAD_DISK_FULL',
    detail: 'The upload was ended because it left only 381 MB of the disk.',
  });
  expect(await database.db.selectFrom('uploads').selectAll().execute()).toEqual([]);
  expect(await readdir(join(folder, 'org_test'))).toEqual([]);
  expect(await post(2e9, 6e8)).toMatchObject({ status: 201 });
  await rm(folder, { recursive: true });
});

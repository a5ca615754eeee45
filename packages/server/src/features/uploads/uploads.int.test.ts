import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../../test/support/tar.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestHttpServer, principalOf } from '../../../test/support/test-http-server.ts';
import { tarArchives } from '../../adapters/source/archive/tar-archives.ts';
import { registerUploadRoutes } from './upload-routes.ts';
import { createUploadService, type UploadService } from './upload-service.ts';

const organizationId = 'org_test';
const principal = principalOf('developer');
const later = (hours: number) => new Date(Date.now() + hours * 3_600_000);
const signal = new AbortController().signal;

let database: TestDatabase;
let home: string;
let folder: string;
let uploads: UploadService;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'davit-uploads-'));
  folder = join(home, 'uploads');
  for (const id of [organizationId, 'org_other'])
    await database.db.insertInto('organizations').values({ id, name: id }).execute();
  uploads = createUploadService({ db: database.db, folder, archives: tarArchives, limit: 2_000_000 });
});
afterEach(async () => {
  await database.db.deleteFrom('organizations').execute();
  await rm(home, { recursive: true, force: true });
});

const rows = async () => await database.db.selectFrom('uploads').selectAll().orderBy('id').execute();
/** Every file below the folder of uploads. */
async function files(): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
const body = (bytes: Buffer) => Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]);
const store = async (...entries: TarEntry[]) => await uploads.store(principal, body(gzipSync(await tar(...entries))));

describe('POST /v1/uploads', () => {
  async function post(payload: Buffer, headers: object = {}) {
    const app = await createTestHttpServer((scope) => registerUploadRoutes(scope, { uploads }));
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/uploads',
      headers: { authorization: 'Bearer developer', 'content-type': 'application/gzip', ...headers },
      payload,
    });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  }

  it('stores an archive as it was sent', async () => {
    const archive = gzipSync(await tar({ name: 'a', content: randomBytes(200_000) }, { name: 'b/c', content: 'x' }));
    const answer = await post(archive);
    expect(answer).toMatchObject({ status: 201, body: { bytes: archive.length, files: 2 } });
    expect(answer.body['sha256']).toBe(createHash('sha256').update(archive).digest('hex'));
    const id = String(answer.body['id']);
    expect(await readFile(join(folder, organizationId, `${id}.tar.gz`))).toEqual(archive);
    expect(await rows()).toMatchObject([{ id, state: 'stored', createdBy: 'usr_developer', bytes: archive.length }]);
  });

  it.each<[string, TarEntry, string]>([
    ['a path that leaves the folder', { name: '../evil' }, '../evil'],
    ['an absolute path', { name: '/etc/cron.d/evil' }, '/etc/cron.d/evil'],
    ['a link to /etc', { name: 'etc', type: 'symlink', linkname: '/etc' }, 'etc'],
    ['a hard link', { name: 'shadow', type: 'link', linkname: '/etc/shadow' }, 'shadow'],
    ['a device', { name: 'null', type: 'character-device' }, 'null'],
  ])('refuses one with %s, naming the entry, and keeps nothing', async (_name, entry, name) => {
    const answer = await post(gzipSync(await tar({ name: 'ok', content: 'x' }, entry)));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ARCHIVE_ENTRY_REFUSED', details: { entry: name }, errors: [{ pointer: '/archive' }] },
    });
    expect(await rows()).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it.each<[string, () => Promise<Buffer>, number, string]>([
    [
      'a body that is too large',
      async () => gzipSync(await tar({ name: 'a', content: randomBytes(2_500_000) })),
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'a bomb',
      async () => gzipSync(await tar({ name: 'a', content: Buffer.alloc(100 * 1024 ** 2) })),
      413,
      'ARCHIVE_TOO_LARGE',
    ],
    ['what is no archive', async () => Buffer.from('hello'), 400, 'ARCHIVE_DAMAGED'],
    ['nothing', async () => Buffer.alloc(0), 400, 'ARCHIVE_DAMAGED'],
    [
      'half of an archive',
      async () => gzipSync(await tar({ name: 'a', content: randomBytes(9000) })).subarray(0, 5000),
      400,
      'ARCHIVE_DAMAGED',
    ],
  ])('refuses %s and keeps nothing', async (_name, make, status, code) => {
    expect(await post(await make())).toMatchObject({ status, body: { code } });
    expect(await rows()).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it('is for developers, and for archives', async () => {
    const archive = await tar({ name: 'a' });
    expect((await post(archive, { authorization: 'Bearer viewer' })).status).toBe(403);
    expect((await post(archive, { authorization: '' })).status).toBe(401);
    expect((await post(archive, { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await rows()).toEqual([]);
  });

  it('removes after a day what was begun and of which there is no file here', async () => {
    await database.db.insertInto('uploads').values({ id: 'upl_1', organizationId, state: 'receiving' }).execute();
    await uploads.removeUnused(later(23));
    expect(await rows()).toHaveLength(1);
    await uploads.removeUnused(later(25));
    expect(await rows()).toEqual([]);
  });
});

describe('an upload', () => {
  it('is unpacked for a deployment', async () => {
    const { id } = await store({ name: 'bin/run', content: 'x' });
    await uploads.extract(organizationId, id, join(home, 'out'), signal);
    expect(await readFile(join(home, 'out/bin/run'), 'utf8')).toBe('x');
  });

  it('is not there for another organization, nor under an id that is a path', async () => {
    const { id } = await store({ name: 'a' });
    expect(await uploads.get(organizationId, id)).toMatchObject({ id, files: 1 });
    await expect(uploads.get('org_other', id)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    await expect(uploads.extract('org_other', id, join(home, 'out'), signal)).rejects.toMatchObject({
      code: 'UPLOAD_NOT_FOUND',
    });
    await expect(uploads.get('org_other', `../${organizationId}/${id}`)).rejects.toMatchObject({
      code: 'UPLOAD_NOT_FOUND',
    });
    expect((await readdir(home)).toSorted()).toEqual(['uploads', 'uploads.id']);
  });

  it('that breaks off is told apart from one that is damaged, and not kept', async () => {
    const archive = gzipSync(await tar({ name: 'a', content: randomBytes(100_000) }));
    const broken = Readable.from(
      (function* () {
        yield archive.subarray(0, 50_000);
        throw new Error('socket hang up');
      })(),
    );
    await expect(uploads.store(principal, broken)).rejects.toMatchObject({ code: 'UPLOAD_INTERRUPTED' });
    expect(await rows()).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it('keeps also what follows the end of the compressed archive, so that its sum is that of what was sent', async () => {
    const archive = Buffer.concat([gzipSync(await tar({ name: 'a' })), Buffer.alloc(5000)]);
    const { id, bytes, sha256 } = await uploads.store(principal, body(archive));
    expect({ bytes, sha256 }).toEqual({
      bytes: archive.length,
      sha256: createHash('sha256').update(archive).digest('hex'),
    });
    await uploads.extract(organizationId, id, join(home, 'out'), signal);
    expect(await readdir(join(home, 'out'))).toEqual(['a']);
  });
});

describe('the cleanup', () => {
  async function deploy(serviceId: string, number: number, uploadId: string, state: 'succeeded' | 'queued') {
    const { db } = database;
    const runId = `run_${serviceId}_${number}`;
    const ended = state === 'succeeded' ? { reason: 'done', finishedAt: new Date() } : {};
    await db
      .insertInto('runs')
      .values({
        id: runId,
        organizationId,
        kind: 'deployment.create',
        subject: `${serviceId}-${number}`,
        state,
        timeoutMs: 1000,
        ...ended,
      })
      .execute();
    await db
      .insertInto('deployments')
      .values({
        id: `dep_${serviceId}_${number}`,
        organizationId,
        serviceId,
        runId,
        number,
        trigger: 'deploy',
        source: JSON.stringify({ type: 'upload', uploadId, rootFolder: '' }),
      })
      .execute();
  }

  async function createService(id: string) {
    const { db } = database;
    await db
      .insertInto('projects')
      .values({ id: `prj_${id}`, organizationId, name: id })
      .execute();
    await db
      .insertInto('environments')
      .values({ id: `env_${id}`, organizationId, projectId: `prj_${id}`, name: 'production', kind: 'production' })
      .execute();
    await db
      .insertInto('services')
      .values({
        id,
        organizationId,
        projectId: `prj_${id}`,
        environmentId: `env_${id}`,
        name: id,
        kind: 'web',
        source: JSON.stringify({ type: 'upload', rootFolder: '' }),
        settings: '{}',
      })
      .execute();
  }

  it('removes after a day what no deployment needs, and says so to who asks for it', async () => {
    const { id } = await store({ name: 'a' });
    await uploads.removeUnused(later(23));
    expect(await files()).toEqual([`${id}.tar.gz`]);
    await uploads.removeUnused(later(25));
    expect(await files()).toEqual([]);
    await expect(uploads.get(organizationId, id)).rejects.toMatchObject({ code: 'UPLOAD_REMOVED' });
  });

  it('keeps what the newest deployment of a service was made from, and what one that waits needs', async () => {
    await createService('svc_1');
    await createService('svc_2');
    const ids: string[] = [];
    for (let turn = 0; turn < 4; turn++) ids.push((await store({ name: `${turn}` })).id);
    const [old = '', waiting = '', newest = '', other = ''] = ids;
    await deploy('svc_1', 1, old, 'succeeded');
    await deploy('svc_1', 2, waiting, 'queued');
    await deploy('svc_1', 3, newest, 'succeeded');
    await deploy('svc_2', 1, other, 'succeeded');
    await uploads.removeUnused(later(25));
    expect((await files()).sort()).toEqual([waiting, newest, other].map((id) => `${id}.tar.gz`).sort());
    expect((await rows()).map(({ state }) => state)).toEqual(['removed', 'stored', 'stored', 'stored']);
  });

  it('removes at once what a server left that was killed while receiving, and nothing that is being received', async () => {
    // By whatever way a server has come to its folder, the system names the file without links.
    await mkdir(join(home, 'disk'));
    await symlink(join(home, 'disk'), folder);
    const path = join(folder, organizationId, 'upl_1.tar.gz.tmp');
    await mkdir(dirname(path), { recursive: true });
    const script = `const fs = require('node:fs'); const file = fs.openSync(process.argv[1], 'wx');
      fs.writeSync(file, 'half'); process.stdout.write('open'); setInterval(() => {}, 1000);`;
    const server = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(server.stdout, 'data');
    await database.db.insertInto('uploads').values({ id: 'upl_1', organizationId, state: 'receiving' }).execute();
    await uploads.removeUnused(later(23));
    expect(await files()).toEqual(['upl_1.tar.gz.tmp']);
    await expect(uploads.get(organizationId, 'upl_1')).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    await uploads.removeUnused(later(0));
    expect(await files()).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testPostgresFolder } from '../../../test/support/test-postgres.ts';
import { silentLogger as logger } from '../../kernel/logger.ts';
import { findProcessStart } from './embedded/process-start.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.ts';

const starter = fileURLToPath(new URL('../../../test/support/start-postgres.ts', import.meta.url));
const deadline = { timeout: 30_000, interval: 20 };

let dataDir: string;
let started: EmbeddedPostgres[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'davit-postgres-'));
  await chmod(dataDir, 0o711);
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((postgres) => postgres.stop()));
  await stopEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true });
});

async function start(options: { maxConnections?: number; dataDir?: string } = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, binariesDir: testPostgresFolder, logger, ...options });
  started.push(postgres);
  return postgres;
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: postgres.connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const folder = (...names: string[]) => join(dataDir, 'postgres', ...names);

/** Starts PostgreSQL in a process of its own. */
async function spawnStarter(): Promise<{ kill(): Promise<void>; firstLine: Promise<string> }> {
  const child = spawn(process.execPath, [starter, dataDir, testPostgresFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const firstLine = once(lines, 'line').then(([line]) => String(line));
  return {
    firstLine,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('a fresh data folder', () => {
  test('gets a UTF-8 database with the builtin locale, checksums and a password, on a private socket only', async () => {
    const postgres = await start();
    expect(
      await query(
        postgres,
        `select pg_encoding_to_char(encoding) as encoding, datlocprovider::text as provider, datlocale as locale,
           current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
           current_setting('listen_addresses') as addresses, current_setting('TimeZone') as timezone
         from pg_database where datname = current_database()`,
      ),
    ).toEqual([
      {
        encoding: 'UTF8',
        provider: 'b',
        locale: 'C.UTF-8',
        checksums: 'on',
        fsync: 'on',
        addresses: '',
        timezone: 'UTC',
      },
    ]);
    const password = (await readFile(folder('password'), 'utf8')).trim();
    expect(password.length).toBeGreaterThanOrEqual(43);
    expect((await stat(folder('password'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder('run'))).mode & 0o777).toBe(0o700);
    const wrong = { ...postgres, connectionString: postgres.connectionString.replace(password, 'wrong') };
    await expect(query(wrong, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('leaves no password in a command line', async () => {
    const postgres = await start();
    const password = (await readFile(folder('password'), 'utf8')).trim();
    const { pid } = postgres.status();
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(password);
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain(password);
  });

  test.runIf(process.platform === 'linux')('keeps the postmaster alive before what serves connections', async () => {
    const postgres = await start();
    const { pid } = postgres.status();
    expect((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')).toEqual(
      expect.arrayContaining(['PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj', 'PG_OOM_ADJUST_VALUE=0']),
    );
    const scoreOf = async (id: unknown) => Number(await readFile(`/proc/${String(id)}/oom_score_adj`, 'utf8'));
    const own = await scoreOf('self');
    expect(await scoreOf(pid)).toBe(own);
    const [backend] = await query(postgres, `select (pg_read_file('/proc/self/oom_score_adj'))::int as score`);
    expect(backend).toEqual({ score: Math.max(own, 0) });
  });

  test.runIf(process.getuid?.() === 0)('is not run by root', async () => {
    const postgres = await start();
    expect((await stat(`/proc/${postgres.status().pid}`)).uid).not.toBe(0);
    expect((await stat(folder('data'))).uid).toBe((await stat(`/proc/${postgres.status().pid}`)).uid);
  });

  test('is made once by two processes that start at the same time', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.connectionString).toBe(other.connectionString);
    expect(one.status().pid).toBe(other.status().pid);
    expect(await readdir(folder())).toEqual(expect.not.arrayContaining([expect.stringContaining('partial')]));
  });

  test('may have a path that is too long for a socket, with any character in it', async () => {
    const deep = join(dataDir, `a "quoted", 100% ${'long '.repeat(20)}`);
    const postgres = await start({ dataDir: deep });
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
    const socketFolder = new URL(postgres.connectionString).searchParams.get('host') ?? '';
    expect(socketFolder).not.toContain('long');
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    await postgres.stop();
    await rm(socketFolder, { recursive: true });
  });
});

describe('a server that is killed', () => {
  test('leaves PostgreSQL running, and the next one adopts it', async () => {
    const first = await spawnStarter();
    const { pid } = JSON.parse(await first.firstLine) as { pid: number };
    const startTime = findProcessStart(pid);
    await first.kill();
    const postgres = await start();
    expect(postgres.status()).toMatchObject({ state: 'running', pid, adopted: true });
    expect(findProcessStart(pid)).toBe(startTime);
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.each(['data.partial', 'data'])(
    'while the cluster is made (%s is there) is followed by a start that works',
    async (seen) => {
      const first = await spawnStarter();
      first.firstLine.catch(() => {});
      await vi.waitFor(async () => {
        expect((await readdir(folder())).some((name) => name.startsWith(seen))).toBe(true);
      }, deadline);
      await first.kill();
      const postgres = await start();
      expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect((await readdir(folder())).filter((name) => name.startsWith('data'))).toEqual(['data']);
    },
  );
});

describe('a postmaster', () => {
  test('that is killed is started again, with what was committed', async () => {
    const postgres = await start();
    await query(postgres, 'create table kept (id integer); insert into kept values (7)');
    const { pid = 0 } = postgres.status();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(postgres.status()).toMatchObject({ state: 'running', restarts: 1 }), deadline);
    expect(postgres.status().pid).not.toBe(pid);
    expect(await query(postgres, 'select id from kept')).toEqual([{ id: 7 }]);
  });

  test('that was started with other settings is restarted with the wanted ones', async () => {
    const first = await start({ maxConnections: 20 });
    const { pid } = first.status();
    const second = await start({ maxConnections: 30 });
    expect(second.status().adopted).toBe(false);
    expect(second.status().pid).not.toBe(pid);
    expect(await query(second, 'show max_connections')).toEqual([{ max_connections: '30' }]);
    // The one that was started first goes along.
    await vi.waitFor(() => expect(first.status()).toMatchObject({ pid: second.status().pid }), deadline);
  });

  test('that is stopped stays stopped', async () => {
    const postgres = await start();
    const { pid = 0 } = postgres.status();
    await postgres.stop();
    expect(findProcessStart(pid)).toBeUndefined();
    expect(postgres.status().state).toBe('stopped');
    expect(await stopEmbeddedPostgres(dataDir)).toBe(false);
  });
});

describe('a lock that a crash left', () => {
  async function stopAndKeepLock(pid: number): Promise<void> {
    const postgres = await start();
    await query(postgres, 'create table kept (id integer)');
    const lines = (await readFile(folder('data', 'postmaster.pid'), 'utf8')).split('\n');
    await postgres.stop();
    await writeFile(folder('data', 'postmaster.pid'), [String(pid), ...lines.slice(1)].join('\n'), { mode: 0o644 });
  }

  test('is cleared when its process is gone', async () => {
    await stopAndKeepLock(2 ** 22 + 1);
    const postgres = await start();
    expect(await query(postgres, 'select * from kept')).toEqual([]);
  });

  test('is cleared when its process id belongs to another program now, which is left alone', async () => {
    const stranger = spawn('sleep', ['600']);
    try {
      await stopAndKeepLock(stranger.pid ?? 0);
      const postgres = await start();
      expect(postgres.status().adopted).toBe(false);
      expect(await query(postgres, 'select * from kept')).toEqual([]);
      expect(stranger.exitCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });
});

describe('refused with a hint', () => {
  test.each([
    ['17', 'Make a backup'],
    ['99', 'Start a newer version'],
  ])('the data of PostgreSQL %s', async (version, hint) => {
    await mkdir(folder('data'), { recursive: true });
    await chmod(folder(), 0o711);
    await writeFile(folder('password'), 'password\n', { mode: 0o600 });
    await writeFile(folder('data', 'PG_VERSION'), `${version}\n`);
    await expect(start()).rejects.toMatchObject({
      code: 'POSTGRES_DATA_OTHER_VERSION',
      hint: expect.stringContaining(hint),
    });
  });

  test('data whose password is lost', async () => {
    await (await start()).stop();
    await rename(folder('password'), folder('gone'));
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_PASSWORD_LOST' });
    await writeFile(folder('password'), 'another\n', { mode: 0o600 });
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_PASSWORD_LOST' });
  });

  test.runIf(process.getuid?.() === 0)("a data folder that PostgreSQL's user cannot reach", async () => {
    await chmod(dataDir, 0o700);
    await expect(startEmbeddedPostgres({ dataDir, logger })).rejects.toMatchObject({
      code: 'POSTGRES_FOLDER_UNREACHABLE',
      message: expect.stringContaining(dataDir),
    });
  });

  test('a cluster that does not start, with what PostgreSQL said', async () => {
    await (await start()).stop();
    await rm(folder('data', 'global'), { recursive: true });
    await expect(start()).rejects.toMatchObject({
      code: 'POSTGRES_START_FAILED',
      message: expect.stringContaining('global'),
    });
  });
});

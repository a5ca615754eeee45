import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { LogLine } from '../../packages/agent/src/protocol/protocol.ts';
import { silentLogger } from '../../packages/server/src/kernel/logger.ts';
import { startEmbeddedPostgres } from '../../packages/server/src/platform/db/embedded-postgres.ts';

interface LogRow {
  seq: string;
  at: Date;
  instance: string;
  labels: Record<string, string>;
  stream: LogLine['stream'];
  content: string;
}

/** The peer: the same lines as rows of a table, in the database of `DATABASE_URL` or in one of its own. */
export interface PostgresLogs {
  /** The newest page, as the API would hand it out. */
  newestPage(limit: number): Promise<LogLine[]>;
  close(): Promise<void>;
}

async function database(): Promise<{ connectionString: string; stop(): Promise<void> }> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return { connectionString: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-bench-logs-'));
  // PostgreSQL runs as a user of its own where this runs as root, and must be able to reach its files.
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, logger: silentLogger });
  return {
    connectionString: postgres.connectionString,
    async stop() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A temporary table, so that nothing is left in a database that is somebody's own. */
export async function createPostgresLogs(lines: readonly LogLine[]): Promise<PostgresLogs> {
  const server = await database();
  const client = new Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(`
    create temporary table instance_logs (
      service text not null, seq bigint not null, at timestamptz not null, instance text not null,
      labels jsonb not null, stream text not null, content text not null, primary key (service, seq)
    )`);
  const columns = (['cursor', 'at', 'instance', 'stream', 'content'] as const).map((name) =>
    lines.map((line) => line[name]),
  );
  await client.query(
    `insert into instance_logs
      select 'web', seq, at, instance, labels, stream, content
      from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
        as line (seq, at, instance, stream, content, labels)`,
    [...columns, lines.map((line) => JSON.stringify(line.labels))],
  );
  await client.query('analyze instance_logs');
  return {
    async newestPage(limit) {
      const { rows } = await client.query<LogRow>({
        name: 'newest-page',
        text: `select seq, at, instance, labels, stream, content from instance_logs
          where service = $1 order by seq desc limit $2`,
        values: ['web', limit],
      });
      return rows.reverse().map(({ seq, at, ...row }) => ({ cursor: seq, at: at.toISOString(), ...row }));
    },
    async close() {
      await client.end();
      await server.stop();
    },
  };
}

import type { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { OutputLine, OutputStream } from './run.ts';
import { RunInterruption } from './run-kind.ts';
import { fenceClient, HELD, type Lease } from './run-lease.ts';
import { OUTPUT_CHANNEL, outputPayload } from './run-messages.ts';

/** Lines in COPY's text format, which follow each other without a gap. */
export interface EncodedBatch {
  firstSeq: number;
  lastSeq: number;
  rows: string;
  /** The same lines, while they are few: most steps say a line or two. */
  few: readonly OutputLine[] | undefined;
}

/** Bytes of content in one page; at least one line is always returned. */
export const PAGE_BYTES = 1024 * 1024;

/**
 * Stores a batch, if the lease is held, and tells all readers. `again` after a try whose end is unknown: what that one
 * has stored is then not stored twice.
 *
 * @throws RunInterruption `lease-lost`
 */
export async function storeOutput(
  pool: Pool,
  lease: Lease,
  batch: EncodedBatch,
  options: { leaseMs: number; again: boolean },
): Promise<void> {
  if (batch.few === undefined || options.again) await copyOutput(pool, lease, batch, options);
  else await insertOutput(pool, lease, batch.lastSeq, batch.few);
}

/** One round trip, which a step waits for before it has ended; COPY takes five. */
async function insertOutput(
  pool: Pool,
  { runId, token }: Lease,
  lastSeq: number,
  lines: readonly OutputLine[],
): Promise<void> {
  const { rowCount } = await pool.query({
    name: 'run-output-few',
    text: `with held as (
      select id from runs where id = $1 and ${HELD} for share
    ), stored as (
      insert into run_output (run_id, seq, at, step, stream, content)
      select held.id, line.* from held,
        unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[]) as line (seq, at, step, stream, content)
    )
    select pg_notify($8, $9) from held`,
    values: [
      runId,
      token,
      lines.map(({ seq }) => seq),
      lines.map(({ at }) => at),
      lines.map(({ step }) => step),
      lines.map(({ stream }) => stream),
      lines.map(({ content }) => content),
      OUTPUT_CHANNEL,
      outputPayload(runId, lastSeq),
    ],
  });
  if (rowCount !== 1) throw new RunInterruption('lease-lost');
}

async function copyOutput(
  pool: Pool,
  lease: Lease,
  batch: EncodedBatch,
  options: { leaseMs: number; again: boolean },
): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await fenceClient(client, lease, options.leaseMs);
    const stored = options.again ? (await readOutputEnd(client, lease.runId)).lastSeq : 0;
    if (stored < batch.lastSeq) {
      const copy = client.query(copyFrom('copy run_output (run_id, seq, at, step, stream, content) from stdin'));
      await new Promise<void>((resolve, reject) => {
        copy.on('finish', resolve);
        copy.on('error', reject);
        copy.end(Buffer.from(batch.rows));
      });
    }
    await client.query({
      name: 'run-output-notify',
      text: 'select pg_notify($1, $2)',
      values: [OUTPUT_CHANNEL, outputPayload(lease.runId, batch.lastSeq)],
    });
    await client.query('commit');
  } catch (thrown) {
    failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    await client.query('rollback').then(
      () => (failure = undefined),
      () => {},
    );
    throw thrown;
  } finally {
    client.release(failure);
  }
}

/** The last sequence number stored, and how many bytes of content there are. */
export async function readOutputEnd(
  client: Pick<Pool, 'query'>,
  runId: string,
): Promise<{ lastSeq: number; bytes: number }> {
  const { rows } = await client.query<{ lastSeq: number; bytes: number }>(
    `select coalesce(max(seq), 0) as "lastSeq", coalesce(sum(octet_length(content)), 0)::bigint as bytes
     from run_output where run_id = $1`,
    [runId],
  );
  return rows[0] ?? { lastSeq: 0, bytes: 0 };
}

/** A line as PostgreSQL sends it; `at` without a time zone is UTC. */
export type OutputRow = [seq: string, at: string, step: string, stream: OutputStream, content: string];

/** Leaves values as the text that PostgreSQL sends: a Date for each of 50,000 lines a second would be a third of the work. */
export const asText = { getTypeParser: () => (text: string) => text };

/** RFC 3339 times of lines, of which many in a row have the same. */
function createTimeReader(): (text: string) => string {
  let lastText = '';
  let lastTime = '';
  return (text) => {
    if (text !== lastText) {
      lastText = text;
      lastTime = new Date(`${text}Z`).toISOString();
    }
    return lastTime;
  };
}

/** Lines after `after` in order: at most `limit` of them and about a megabyte. */
export async function readOutputPage(pool: Pool, runId: string, after: number, limit: number): Promise<OutputLine[]> {
  const { rows } = await pool.query<OutputRow>({
    name: 'run-output-page',
    text: `
      select seq, at at time zone 'UTC', step, stream, content from (
        select *, sum(octet_length(content)) over (order by seq rows unbounded preceding) as total from (
          select seq, at, step, stream, content from run_output where run_id = $1 and seq > $2 order by seq limit $3
        ) page
      ) page where seq = $2 + 1 or total <= ${PAGE_BYTES} order by seq`,
    values: [runId, after, limit],
    rowMode: 'array',
    types: asText,
  });
  return toOutputLines(rows);
}

/** Rows that were read as they come ({@link asText}) as lines. */
export function toOutputLines(rows: readonly OutputRow[]): OutputLine[] {
  const timeOf = createTimeReader();
  return rows.map(([seq, at, step, stream, content]) => ({
    seq: Number(seq),
    at: timeOf(at.replace(' ', 'T')),
    step,
    stream,
    content,
  }));
}

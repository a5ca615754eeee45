import type { Pool } from 'pg';
import { asText, type OutputRow, PAGE_BYTES, toOutputLines } from './output-store.ts';
import type { OutputLine } from './run.ts';

/** Which part of a run's output to read. */
export interface OutputQuery {
  /** Lines after this one, the oldest of them. 0 when neither this nor `before` is given. */
  after?: number | undefined;
  /** Lines before this one, the newest of them. */
  before?: number | undefined;
  limit: number;
  /** Only lines that contain this text, without regard to case. */
  search?: string | undefined;
  /** Only lines of this step. */
  step?: string | undefined;
}

export interface OutputPage {
  /** In order, whatever the direction. */
  lines: OutputLine[];
  /** Where to go on in the same direction; null when there is nothing more there now. */
  nextCursor: number | null;
}

/**
 * A search looks at this many lines in one query, and begins no other one when a page has taken this long: measured, it
 * looks at 700,000 lines a second, so that a page comes in half a second, and the next one goes on where it stopped.
 */
const CHUNK_LINES = 25_000;
const SEARCH_MS = 400;

type FoundRow = [...row: OutputRow, found: string];

interface Scan {
  runId: string;
  /** Both exclusive. */
  above: number;
  below: number;
  newestFirst: boolean;
  limit: number;
  step: string | undefined;
  search: string | undefined;
}

const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Reads by the primary key from one end of the range, so that a page in the middle of a million lines costs what any costs. */
async function scan(pool: Pool, { runId, above, below, newestFirst, limit, step, search }: Scan) {
  const order = newestFirst ? 'desc' : 'asc';
  const values: unknown[] = [runId, above, below, limit];
  let filter = '';
  if (step !== undefined) filter += ` and step = $${values.push(step)}`;
  if (search !== undefined) filter += ` and content ilike $${values.push(likePattern(search))}`;
  const { rows } = await pool.query<FoundRow>({
    text: `
      select seq, at at time zone 'UTC', step, stream, content, found from (
        select *, count(*) over () as found, row_number() over sofar as nth, sum(octet_length(content)) over sofar as total
        from (
          select seq, at, step, stream, content from run_output
          where run_id = $1 and seq > $2 and seq < $3${filter} order by seq ${order} limit $4
        ) line
        window sofar as (order by seq ${order} rows unbounded preceding)
      ) line where nth = 1 or total <= ${PAGE_BYTES} order by seq`,
    values,
    rowMode: 'array',
    types: asText,
  });
  const lines = toOutputLines(rows.map(([seq, at, of, stream, content]) => [seq, at, of, stream, content]));
  const found = Number(rows[0]?.[5] ?? 0);
  return { lines, isFull: found === limit || found > lines.length };
}

async function readLastSeq(pool: Pool, runId: string): Promise<number> {
  const { rows } = await pool.query<{ seq: string | null }>(
    'select max(seq) as seq from run_output where run_id = $1',
    [runId],
  );
  return Number(rows[0]?.seq ?? 0);
}

/** One page of a run's output, forward or backward, of at most `limit` lines and about a megabyte. */
export async function readOutput(pool: Pool, runId: string, query: OutputQuery): Promise<OutputPage> {
  const { step, search, limit } = query;
  const newestFirst = query.before !== undefined;
  const lastSeq = await readLastSeq(pool, runId);
  const chunk = step === undefined && search === undefined ? Number.MAX_SAFE_INTEGER : CHUNK_LINES;
  const giveUpAt = performance.now() + SEARCH_MS;
  let above = query.after ?? 0;
  let below = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, lastSeq + 1);
  let lines: OutputLine[] = [];

  while (above + 1 < below) {
    const part = newestFirst
      ? { above: Math.max(above, below - 1 - chunk), below }
      : { above, below: Math.min(below, above + 1 + chunk) };
    const read = await scan(pool, { runId, ...part, newestFirst, limit: limit - lines.length, step, search });
    lines = newestFirst ? [...read.lines, ...lines] : [...lines, ...read.lines];
    // A line of 64 KiB each time would make more than a page of the pages of its chunks.
    if (read.isFull || lines.length > 0) {
      const bytes = lines.reduce((sum, { content }) => sum + content.length, 0);
      if (read.isFull || bytes >= PAGE_BYTES)
        return { lines, nextCursor: cursorOf(lines, newestFirst, above, lastSeq) };
    }
    if (newestFirst) below = part.above + 1;
    else above = part.below - 1;
    if (performance.now() > giveUpAt) break;
  }
  const nextCursor = above + 1 < below ? (newestFirst ? below : above) : null;
  return { lines, nextCursor };
}

/** After a full page: the line that it ends with, unless that is the last there is. */
function cursorOf(lines: readonly OutputLine[], newestFirst: boolean, above: number, lastSeq: number): number | null {
  const edge = (newestFirst ? lines[0] : lines.at(-1))?.seq ?? 0;
  const isEnd = newestFirst ? edge <= above + 1 : edge >= lastSeq;
  return isEnd ? null : edge;
}

/** All lines of a run, page by page, so that as little of it is in memory as its reader has taken. */
export async function* readWholeOutput(pool: Pool, runId: string): AsyncGenerator<OutputLine[], void, undefined> {
  for (let after: number | null = 0; after !== null; ) {
    const page: OutputPage = await readOutput(pool, runId, { after, limit: 5_000 });
    yield page.lines;
    after = page.nextCursor;
  }
}

import type { Pool } from 'pg';
import type { Run } from './run.ts';

/** How the output of a run is divided, without its lines. */
export interface OutputOutline {
  /** Number of lines; 0 for no output. */
  lastSeq: number;
  /** Steps that wrote something, in the order of their first line. */
  steps: { name: string; firstSeq: number; lastSeq: number }[];
  /** Of a failed run, the line where its failure most likely begins. */
  firstErrorSeq: number | null;
}

/** Words that compilers, package managers and runtimes begin a failure with; as whole words, so `0 errors` is none. */
const ERROR_WORDS = String.raw`(^|[^[:alnum:]_])(error|err!|fatal|panic|exception|traceback|failed|cannot find|not found)($|[^[:alnum:]_])`;

/** A failure is searched for in the last lines of its step: what comes long before is usually something else. */
const SEARCHED_LINES = 20_000;

async function findFirstError(pool: Pool, run: Run, steps: OutputOutline['steps']): Promise<number | null> {
  if (run.state !== 'failed') return null;
  const { rows } = await pool.query<{ name: string }>(
    `select name from run_steps where run_id = $1 and state = 'failed' order by position desc limit 1`,
    [run.id],
  );
  const step = steps.find(({ name }) => name === rows[0]?.name);
  if (step === undefined) return null;
  const found = await pool.query<{ seq: string }>(
    `select seq from run_output
     where run_id = $1 and seq > $2 and seq >= $3 and seq <= $4 and step = $5 and stream <> 'event' and content ~* $6
     order by seq limit 1`,
    [run.id, step.lastSeq - SEARCHED_LINES, step.firstSeq, step.lastSeq, step.name, ERROR_WORDS],
  );
  return Number(found.rows[0]?.seq ?? step.lastSeq);
}

/** The outline of a run's output as it is now. */
export async function readOutline(pool: Pool, run: Run): Promise<OutputOutline> {
  const { rows } = await pool.query<{ name: string; firstSeq: string; lastSeq: string }>(
    `select step as name, min(seq) as "firstSeq", max(seq) as "lastSeq"
     from run_output where run_id = $1 group by step order by min(seq)`,
    [run.id],
  );
  const steps = rows.map(({ name, firstSeq, lastSeq }) => ({
    name,
    firstSeq: Number(firstSeq),
    lastSeq: Number(lastSeq),
  }));
  const lastSeq = steps.reduce((highest, step) => Math.max(highest, step.lastSeq), 0);
  return { lastSeq, steps, firstErrorSeq: await findFirstError(pool, run, steps) };
}

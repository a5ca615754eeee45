import { Client } from 'pg';
import { parseRunMessage, RUN_CHANNEL } from '../../src/platform/runs/run-messages.ts';

interface Sight {
  subject: string;
  step: string;
  late: NodeJS.Timeout;
  seen(): void;
  missed(why: Error): void;
}

/** Hears of every step of every run in the moment in which its beginning is committed, as another server would. */
export interface StepWatch {
  /**
   * Resolves when a run about `subject` begins with `step`; rejects when one ends before it came that far.
   * `act` is done at once, before anything else can happen here.
   */
  next(subject: string, step: string, act?: () => void): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Of one step before, under a machine's heaviest load. */
const PATIENCE_MS = 180_000;

/** What there is to know of a run that does not come to its next step. */
async function pictureOf(client: Client, subject: string): Promise<string> {
  const runs = await client.query(
    `select id, kind, state, current_step, reason, attempt, lease_expires_at, now(),
            (select json_agg(s order by s.position) from run_steps s where s.run_id = runs.id) as steps
       from runs where subject = $1 order by id desc limit 1`,
    [subject],
  );
  const sessions = await client.query(
    `select pid, application_name, state, wait_event_type, wait_event, left(query, 120) as query
       from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return JSON.stringify({ run: runs.rows[0], sessions: sessions.rows }, null, 1);
}

export async function watchSteps(connectionString: string): Promise<StepWatch> {
  const client = new Client({ connectionString, application_name: 'davit test step watch' });
  const sights = new Set<Sight>();
  client.on('error', () => {});
  client.on('notification', ({ payload }) => {
    const message = parseRunMessage(payload ?? '');
    if (message?.type !== 'changed') return;
    for (const sight of sights) {
      if (sight.subject !== message.subject) continue;
      if (message.state === 'failed') {
        sights.delete(sight);
        sight.missed(new Error(`${message.runId} failed in step ${message.step}, before step ${sight.step}`));
      } else if (message.state === 'running' && message.step === sight.step) {
        sights.delete(sight);
        sight.seen();
      }
    }
  });
  await client.connect();
  await client.query(`listen ${RUN_CHANNEL}`);
  return {
    next(subject, step, act) {
      const sight = Promise.withResolvers<void>();
      const late = setTimeout(() => {
        void pictureOf(client, subject)
          .catch(String)
          .then((picture) =>
            sight.reject(new Error(`waited ${PATIENCE_MS / 1000} s in vain for step ${step}: ${picture}`)),
          );
      }, PATIENCE_MS);
      const seen = () => {
        clearTimeout(late);
        act?.();
        sight.resolve();
      };
      const missed = (why: Error) => {
        clearTimeout(late);
        sight.reject(why);
      };
      sights.add({ subject, step, late, seen, missed });
      // Whoever asked may look at it much later.
      sight.promise.catch(() => {});
      return sight.promise;
    },
    [Symbol.asyncDispose]() {
      for (const { late } of sights) clearTimeout(late);
      return client.end();
    },
  };
}

import { Client } from 'pg';
import type { BenchDatabase } from './bench-database.ts';

/** The least that a queue on PostgreSQL is: a row and a NOTIFY in one transaction, LISTEN, and SKIP LOCKED. */
export interface BareQueue {
  /** Milliseconds from before the transaction until the job was claimed. */
  enqueueToStart(): Promise<number>;
  close(): Promise<void>;
}

const CLAIM = `update bare_jobs set state = 'running' where id = (
  select id from bare_jobs where state = 'queued' order by id limit 1 for update skip locked) returning id`;

export async function createBareQueue({ connectionString }: BenchDatabase): Promise<BareQueue> {
  const [producer, listener, worker] = [0, 1, 2].map(() => new Client({ connectionString })) as [
    Client,
    Client,
    Client,
  ];
  await Promise.all([producer, listener, worker].map((client) => client.connect()));
  await producer.query(`create table bare_jobs (id bigint generated always as identity primary key, state text not null);
    create index on bare_jobs (id) where state = 'queued'`);
  let started: () => void = () => {};
  let working = Promise.resolve();

  async function work(): Promise<void> {
    const { rows } = await worker.query<{ id: number }>({ name: 'claim', text: CLAIM });
    const [job] = rows;
    if (!job) return;
    started();
    await worker.query({ name: 'done', text: `update bare_jobs set state = 'done' where id = $1`, values: [job.id] });
  }

  listener.on('notification', () => {
    working = work();
  });
  await listener.query('listen bare_jobs');
  return {
    async enqueueToStart() {
      const start = performance.now();
      const claimed = new Promise<number>((resolve) => {
        started = () => resolve(performance.now() - start);
      });
      await producer.query('begin');
      await producer.query({ name: 'insert', text: `insert into bare_jobs (state) values ('queued')` });
      await producer.query('notify bare_jobs');
      await producer.query('commit');
      return claimed;
    },
    async close() {
      await working;
      await Promise.all([producer, listener, worker].map((client) => client.end()));
    },
  };
}

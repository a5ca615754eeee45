import { Client } from 'pg';
import { parseRunMessage, RUN_CHANNEL } from '../../src/platform/runs/run-messages.ts';

interface Sight {
  subject: string;
  step: string;
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
      const seen = () => {
        act?.();
        sight.resolve();
      };
      sights.add({ subject, step, seen, missed: sight.reject });
      // Whoever asked may look at it much later.
      sight.promise.catch(() => {});
      return sight.promise;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

import { Client } from 'pg';
import { parseRunMessage, RUN_CHANNEL } from '../../src/platform/runs/run-messages.ts';

interface Sight {
  subject: string;
  step: string;
  seen(): void;
}

/** Hears of every step of every run in the moment in which its beginning is committed, as another server would. */
export interface StepWatch {
  /** Resolves when a run about `subject` begins with `step`. `act` is done at once, before anything else can happen here. */
  next(subject: string, step: string, act?: () => void): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function watchSteps(connectionString: string): Promise<StepWatch> {
  const client = new Client({ connectionString, application_name: 'davit test step watch' });
  const sights = new Set<Sight>();
  client.on('error', () => {});
  client.on('notification', ({ payload }) => {
    const message = parseRunMessage(payload ?? '');
    if (message?.type !== 'changed' || message.state !== 'running') return;
    for (const sight of sights) {
      if (sight.subject !== message.subject || sight.step !== message.step) continue;
      sights.delete(sight);
      sight.seen();
    }
  });
  await client.connect();
  await client.query(`listen ${RUN_CHANNEL}`);
  return {
    next: (subject, step, act) =>
      new Promise((resolve) => {
        const seen = () => {
          act?.();
          resolve();
        };
        sights.add({ subject, step, seen });
      }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../db/database.ts';
import type { CircuitBreakers } from './circuit-breaker.ts';
import type { RunJournal } from './run-journal.ts';
import type { RunKind } from './run-kind.ts';
import type { RunSettings } from './run-settings.ts';

/** What every run that is worked on here shares. */
export interface ExecutionDeps {
  database: Database;
  logger: Logger;
  clock: Clock;
  settings: RunSettings;
  journal: RunJournal;
  breakers: CircuitBreakers;
  kinds: ReadonlyMap<string, RunKind<unknown>>;
  ownerName: string;
}

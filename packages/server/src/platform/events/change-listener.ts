import type { Pool } from 'pg';
import type { Logger } from '../../kernel/logger.ts';
import { createNotificationListener, type NotificationListener } from '../runs/notification-listener.ts';
import type { RunChange } from '../runs/run.ts';
import { parseRunMessage, RUN_CHANNEL } from '../runs/run-messages.ts';

/** The channel that the triggers of the schema notify; see the migration that makes `notify_change()`. */
const CHANGE_CHANNEL = 'davit_changes';

/** A row that somebody wrote, in whatever server process. */
export interface RowChange {
  type: string;
  id: string;
  projectId?: string | null;
  environmentId?: string | null;
  serviceId?: string | null;
  cloudResourceId?: string | null;
  /** The row was deleted. */
  gone: boolean;
}

export interface ChangeListenerOptions {
  pool: Pool;
  logger: Logger;
  readonly onRowChanged: (change: RowChange) => void;
  readonly onRunChanged: (change: RunChange) => void;
  /** After each connect: what happened before is not known. */
  readonly onConnected: () => void;
}

/** Undefined for what another version of davit may have sent. */
function parseRowChange(payload: string): RowChange | undefined {
  try {
    const change: unknown = JSON.parse(payload);
    return typeof change === 'object' && change !== null && 'type' in change && 'id' in change
      ? (change as RowChange)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Hears of every change of a row and of a run. On one connection, for PostgreSQL delivers in the order of the commits only
 * there: so a service is known before its first run is heard of.
 */
export function createChangeListener(options: ChangeListenerOptions): NotificationListener {
  const { pool, logger, onRowChanged, onRunChanged, onConnected } = options;
  return createNotificationListener({
    pool,
    logger,
    handlers: {
      [CHANGE_CHANNEL](payload) {
        const change = parseRowChange(payload);
        if (change !== undefined) onRowChanged(change);
      },
      [RUN_CHANNEL](payload) {
        const message = parseRunMessage(payload);
        if (message?.type === 'changed') onRunChanged(message);
      },
    },
    onConnected,
  });
}

import { Client, type Pool } from 'pg';
import type { Logger } from '../../kernel/logger.ts';

export interface NotificationListenerOptions {
  /** Where to connect is taken from it; the connection itself is an own one, since LISTEN needs it for good. */
  pool: Pool;
  logger: Logger;
  handlers: Readonly<Record<string, (payload: string) => void>>;
  /** After each connect: what was sent in between is lost, so look for yourself. */
  onConnected(): void;
  /** How often the connection is asked whether it still lives. */
  checkEveryMs?: number;
}

export interface NotificationListener {
  /** Resolves after the first try to connect; goes on trying by itself. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** LISTEN on a dedicated connection that is made again whenever it breaks. */
export function createNotificationListener(options: NotificationListenerOptions): NotificationListener {
  const { pool, logger, handlers, checkEveryMs = 10_000 } = options;
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;
  let stopped = false;

  function later(work: () => Promise<void>, ms: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => void work(), ms);
    timer.unref();
  }

  function lost(broken: Client, cause: unknown): void {
    if (broken !== client) return;
    client = undefined;
    // Not `end`, which waits for an answer that a dead connection never gives.
    broken.connection.stream.destroy();
    if (stopped) return;
    logger.warn({ err: cause }, 'the connection for notifications broke; work is found by polling meanwhile');
    later(connect, retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }

  async function check(): Promise<void> {
    const checked = client;
    if (!checked) return;
    const deaf = setTimeout(() => lost(checked, new Error('no answer')), checkEveryMs);
    try {
      await checked.query('select 1');
      if (checked === client) later(check, checkEveryMs);
    } catch (thrown) {
      lost(checked, thrown);
    } finally {
      clearTimeout(deaf);
    }
  }

  async function connect(): Promise<void> {
    const fresh = new Client({
      ...pool.options,
      application_name: 'davit-listen',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    client = fresh;
    fresh.on('error', (error) => lost(fresh, error));
    fresh.on('end', () => lost(fresh, new Error('connection ended')));
    fresh.on('notification', ({ channel, payload }) => handlers[channel]?.(payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(
        Object.keys(handlers)
          .map((channel) => `listen ${fresh.escapeIdentifier(channel)}`)
          .join(';'),
      );
    } catch (thrown) {
      lost(fresh, thrown);
      return;
    }
    if (fresh !== client) return;
    retryMs = FIRST_RETRY_MS;
    later(check, checkEveryMs);
    options.onConnected();
  }

  async function stop(): Promise<void> {
    stopped = true;
    clearTimeout(timer);
    const last = client;
    client = undefined;
    await last?.end().catch(() => {});
  }

  return { start: connect, stop };
}

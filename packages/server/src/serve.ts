import { hostname } from 'node:os';
import { AppError } from './kernel/app-error.ts';
import { startServer } from './start-server.ts';

/** One line what happened, one what to do: an operator reads this in a terminal or a unit's journal. */
function explain(error: AppError): string {
  return `davit could not start: ${error.message}\n${error.hint}\n`;
}

async function serve(): Promise<void> {
  const running = await startServer({ ownerName: `${hostname()}/${process.pid}` });
  let signals = 0;
  const onSignal = () => {
    signals++;
    // The second one is from somebody who will not wait.
    if (signals > 1) process.exit(1);
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${AppError.from(error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** Runs the server until a signal ends it; says on standard error why it could not start. */
export async function runServer(): Promise<void> {
  try {
    await serve();
  } catch (thrown) {
    const error = AppError.from(thrown);
    process.stderr.write(explain(error));
    if (error.code === 'INTERNAL') process.stderr.write(`${stackOf(error.cause)}\n`);
    process.exit(error.code === 'CONFIG_INVALID' ? 2 : 1);
  }
}

/** For an error that nobody foresaw: the operator's log is the place for its stack. */
function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** The davit command. What is not needed for the command that is called is not loaded. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the checkout's other caches: the code of this command is as trusted as the checkout itself.
enableCompileCache(fileURLToPath(new URL('../../../.cache/compile-cache', import.meta.url)));

// Who reads our output may stop reading: `davit logs | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const { runCommandLine } = await import('./command-line/run-command-line.ts');
const exitCode = await runCommandLine(process.argv.slice(2));
// A connection that is kept alive for a next request must not keep the command alive.
process.exitCode = exitCode;
if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();

/**
 * Starts the embedded PostgreSQL of the data folder in argv[2] (programs in argv[3]), says how it runs as a line of JSON,
 * and stays: the process that a test kills.
 */
import { silentLogger } from '../../src/kernel/logger.ts';
import { startEmbeddedPostgres } from '../../src/platform/db/embedded-postgres.ts';

const [dataDir = '', binariesDir = ''] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({ dataDir, binariesDir, logger: silentLogger });
process.stdout.write(`${JSON.stringify(postgres.status())}\n`);
setInterval(() => {}, 60_000);

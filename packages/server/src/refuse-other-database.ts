import type { AgentClient } from '@davit/agent/client';
import type { Pool } from 'pg';
import { z } from 'zod';
import { label } from './adapters/runtime/docker/instance-labels.ts';
import { findEngine } from './app-runtime.ts';
import type { Config } from './config/config.ts';
import { platformOwner } from './features/deployments/index.ts';
import type { Logger } from './kernel/logger.ts';
import { hintOf, placeOf, readKnownDatabase } from './known-database.ts';
import { databaseErrors } from './platform/db/database-errors.ts';
import { findInstallationId } from './platform/db/installation-id.ts';

interface Running {
  instances: number;
  routes: number;
  containers: number;
}

/** Containers of this installation; none where no engine answers, which then cannot end any either. */
async function countContainers(config: Config, installation: string): Promise<number> {
  if (config.runtime === 'process') return 0;
  const engine = await findEngine(config).catch(() => undefined);
  if (engine === undefined) return 0;
  try {
    const filters = JSON.stringify({ label: [`${label.installation}=${installation}`] });
    return z.array(z.unknown()).parse(await engine.call('/containers/json', { query: { filters } })).length;
  } finally {
    engine.close();
  }
}

async function findRunning(config: Config, agent: AgentClient): Promise<Running> {
  const [{ id }, instances, routes] = await Promise.all([agent.info(), agent.listInstances(), agent.listRoutes()]);
  return {
    instances: instances.length,
    routes: routes.filter(({ owner }) => owner !== platformOwner).length,
    containers: await countContainers(config, id),
  };
}

/**
 * Before anything is changed in the database: one that is not the one of this data folder would have everything ended that runs
 * here. Where nothing runs, nothing is lost by it.
 *
 * @throws AppError DATABASE_NOT_THE_KNOWN, DATABASE_UNREACHABLE
 */
export async function refuseOtherDatabase(options: {
  config: Config;
  pool: Pool;
  agent: AgentClient;
  logger: Logger;
}): Promise<void> {
  const { config, pool, agent, logger } = options;
  const { dataDir } = config.paths;
  const known = await readKnownDatabase(dataDir);
  if (known === undefined) return;
  const id = await findInstallationId(pool).catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    throw databaseErrors.DATABASE_UNREACHABLE({ message: `The database does not answer: ${said}.`, cause: error });
  });
  if (id === known.id) return;
  const { instances, routes, containers } = await findRunning(config, agent);
  const found = id === undefined ? 'a new one' : `the database ${id}`;
  if (instances + routes + containers === 0) {
    logger.warn({ known, found: id }, 'another database than before; nothing runs here that it could not know');
    return;
  }
  throw databaseErrors.DATABASE_NOT_THE_KNOWN({
    message: `${dataDir} belongs to the database ${known.id} at ${known.place}. What is at ${placeOf(config)} is ${found}, and here are ${instances} processes, ${containers} containers and ${routes} routes of services, which would be ended.`,
    hint: hintOf(dataDir),
  });
}

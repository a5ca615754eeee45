import { createAgentClient } from '@davit/agent/client';
import type { Pool } from 'pg';
import { type AdminContext, type AdminResult, withDatabase } from './admin-context.ts';
import { createDoctorChecks } from './app-doctor.ts';
import { createInstanceList } from './app-doctor-engine.ts';
import { openBackupStore } from './app-platform.ts';
import { hostEnvironment } from './config/host-environment.ts';
import { findRootKeys } from './config/secret-files.ts';
import { createSettingsCheck, examineAll, type Finding, worstOf } from './features/doctor/index.ts';
import { isEmbeddedPostgresRunning } from './platform/db/embedded-postgres.ts';
import { readMigrations } from './platform/db/migrate.ts';

/** Looks at an embedded PostgreSQL only where it runs: a doctor starts nothing. */
async function withPool<T>(context: AdminContext, work: (pool: Pool | undefined) => Promise<T>): Promise<T> {
  const { database, paths } = context.config;
  if (database.url === undefined && !(await isEmbeddedPostgresRunning(paths.dataDir))) return await work(undefined);
  return await withDatabase(context, ({ pool }) => work(pool));
}

const lineOf = ({ state, title, detail, mend }: Finding): string =>
  `${state.padEnd(4)}  ${title}: ${detail}${mend === null ? '' : `\n      → ${mend}`}`;

/** `davit admin doctor`: what can be seen from this machine, whether a server runs or not. */
export async function examine(context: AdminContext): Promise<AdminResult> {
  const { config } = context;
  const agent = createAgentClient({ socketPath: config.paths.agentSocket });
  try {
    const findings = await withPool(context, async (pool) =>
      examineAll({
        settings: createSettingsCheck(context.different),
        ...createDoctorChecks({
          config,
          pool,
          agent,
          store: openBackupStore(config.backups.target, config.backups),
          listInstances: createInstanceList({ config, agent }),
          migrations: await readMigrations(),
          findRootKey: async () => config.givenSecrets.rootKey ?? (await findRootKeys(config))[0],
          hostEnvironment: hostEnvironment(),
        }),
      }),
    );
    const state = worstOf(findings);
    return {
      value: { state, findings },
      text: findings.map(lineOf).join('\n'),
      exitCode: state === 'fail' ? 1 : 0,
    };
  } finally {
    await agent.close();
  }
}

import { sql } from 'kysely';
import type { Artifact } from '../../adapters/builder/builder.ts';
import { type RootKind, type RuntimeInstance, rootKinds } from '../../adapters/runtime/runtime.ts';
import type { Db } from '../../platform/db/database.ts';
import { countInstances } from '../deployments/index.ts';
import { serviceSettings } from '../services/index.ts';
import { judgeService, type ServiceFacts } from './service-status.ts';

/** A service that should run and does not, or not with all of its instances. */
export interface TroubledService {
  name: string;
  project: string;
  organization: string;
  detail: string;
  /** What davit itself could not do; null: it is the application that does not stay up. */
  fault: ServiceFacts['fault'];
}

/** All services that should run now, in all organizations. */
export interface ServiceHealth {
  running: number;
  /** What runs them does not answer. */
  unknown: number;
  troubled: readonly TroubledService[];
}

export interface ServiceHealthOptions {
  db: Db;
  readonly list: (kind: RootKind, signal: AbortSignal) => Promise<readonly RuntimeInstance[]>;
}

interface Row {
  id: string;
  name: string;
  kind: ServiceFacts['kind'];
  project: string;
  organization: string;
  settings: unknown;
  releaseId: string;
  rootKind: RootKind;
  processes: Artifact['processes'] | null;
  fault: ServiceFacts['fault'];
}

/** Scheduled ones run nothing in between. */
async function listWanted(db: Db): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select s.id, s.name, s.kind, p.name as project, o.name as organization, s.settings, r.id as release_id,
      r.artifact ->> 'kind' as root_kind, r.artifact -> 'processes' as processes,
      case when f.service_id is not null then json_build_object('message', f.message, 'hint', f.hint) end as fault
    from services s
    join projects p on p.id = s.project_id
    join organizations o on o.id = s.organization_id
    join releases r on r.id = s.active_release_id
    left join service_faults f on f.service_id = s.id
    where s.desired_state = 'running' and s.kind <> 'cron'
    order by s.id`.execute(db);
  return rows;
}

/** Which services that should run do, by what runs now: as an overview judges them, whatever deployments are under way. */
export function createServiceHealth({ db, list }: ServiceHealthOptions) {
  return {
    look: async (signal: AbortSignal): Promise<ServiceHealth> => {
      const rows = await listWanted(db);
      const kinds = rootKinds.filter((kind) => rows.some(({ rootKind }) => rootKind === kind));
      const listed = await Promise.all(
        kinds.map(async (kind) => [kind, await list(kind, signal).catch(() => null)] as const),
      );
      const instances = new Map(
        listed.map(([kind, seen]) => [kind, seen && Map.groupBy(seen, ({ labels }) => labels.serviceId)]),
      );
      let running = 0;
      let unknown = 0;
      const troubled: TroubledService[] = [];
      for (const row of rows) {
        const { replicas, processes } = serviceSettings.parse(row.settings);
        const wanted = countInstances(row.kind, row.processes ?? [], { replicas, processes });
        if (wanted === 0) continue;
        const ofKind = instances.get(row.rootKind) ?? null;
        const judged = judgeService(
          {
            kind: row.kind,
            desiredState: 'running',
            latestDeployment: null,
            activeReleaseId: row.releaseId,
            wanted,
            instances: ofKind && (ofKind.get(row.id) ?? []),
            fault: row.fault,
            lastCronRun: null,
          },
          Date.now(),
        );
        if (judged.status === 'running') running++;
        else if (ofKind === null && row.fault === null) unknown++;
        else {
          const { name, project, organization, fault } = row;
          const detail =
            ofKind === null && fault !== null ? fault.message : (judged.statusDetail ?? 'It does not run.');
          troubled.push({ name, project, organization, detail, fault });
        }
      }
      return { running, unknown, troubled };
    },
  };
}

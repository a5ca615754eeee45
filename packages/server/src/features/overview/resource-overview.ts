import type { Db } from '../../platform/db/database.ts';
import { findValueReferences } from '../kinds/index.ts';
import { updateStatus } from '../stack-updates/index.ts';
import type { CloudResourceOverview, Overview } from './overview.ts';
import { listResourceOverviewRows, type ResourceOverviewRow, type ResourceScope } from './resource-overview-store.ts';
import { judgeResource } from './resource-status.ts';

type Link = Overview['links'][number];

/** The kinds of an organization, each with whose credential it needs. */
export interface KindList {
  list(organizationId: string): Promise<{ name: string; provider: string | null }[]>;
}

function present(row: ResourceOverviewRow, providers: ReadonlyMap<string, string | null>): CloudResourceOverview {
  const { latest } = row;
  const [status, statusDetail] = judgeResource(row);
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    provider: providers.get(row.kind) ?? null,
    environmentId: row.environmentId,
    environmentName: row.environmentName,
    projectId: row.projectId,
    projectName: row.projectName,
    status,
    statusDetail,
    outputCount: row.outputs,
    resourceCount: row.resources ?? 0,
    pendingCount: row.pending ?? 0,
    hasUndeployedChanges: row.changed && status !== 'empty',
    latestUpdate:
      latest === null
        ? null
        : {
            id: latest.id,
            operation: latest.operation,
            status: updateStatus(latest.state),
            createdAt: new Date(latest.createdAt).toISOString(),
            finishedAt: latest.finishedAt === null ? null : new Date(latest.finishedAt).toISOString(),
          },
    createdAt: row.createdAt.toISOString(),
  };
}

/** Cloud resources as a canvas and a list show them, with the manifests that lines are drawn from. */
export async function listResources(
  db: Db,
  kinds: KindList,
  organizationId: string,
  scope: ResourceScope,
): Promise<{ view: CloudResourceOverview; manifest: unknown }[]> {
  const rows = await listResourceOverviewRows(db, organizationId, scope);
  // Kinds are loaded when somebody asks for one: an organization without cloud resources never does.
  const known = rows.length === 0 ? [] : await kinds.list(organizationId);
  const providers = new Map(known.map(({ name, provider }) => [name, provider]));
  return rows.map((row) => ({ view: present(row, providers), manifest: row.manifest }));
}

/** What takes a value of another cloud resource: that one's id, with the fields that do. */
export function linksBetween(resources: readonly { view: CloudResourceOverview; manifest: unknown }[]): Link[] {
  const ids = new Map(resources.map(({ view: { kind, name, id } }) => [`${kind}/${name}`, id]));
  return resources.flatMap(({ view, manifest }) => {
    const { spec = {} } = (manifest ?? {}) as { spec?: Parameters<typeof findValueReferences>[0] };
    const fields = new Map<string, string[]>();
    for (const { kind, name, path } of findValueReferences(spec).references) {
      const to = ids.get(`${kind}/${name}`);
      if (to !== undefined && to !== view.id) fields.set(to, [...(fields.get(to) ?? []), path.join('.')]);
    }
    return [...fields].map(([to, variables]) => ({ from: view.id, to, variables }));
  });
}

/** The cloud resource that a name means to the services of an environment: of several, the first that has outputs. */
export function resourceNamed(
  resources: readonly { view: CloudResourceOverview }[],
  name: string,
): CloudResourceOverview | undefined {
  const named = resources.map(({ view }) => view).filter((view) => view.name === name);
  return named.find(({ outputCount }) => outputCount > 0) ?? named[0];
}

import { sql } from 'kysely';
import type { Artifact } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';

// Of all organizations: what fills a disk is the operator's business.

/** A release whose artifact is kept, with what it is of. */
export interface KeptRelease {
  artifact: Artifact;
  state: 'candidate' | 'active' | 'retired' | 'abandoned';
  createdAt: Date;
  deploymentId: string;
  deploymentNumber: number;
  serviceId: string;
  serviceName: string;
  project: string;
  organizationId: string;
  organization: string;
}

/** Newest first. */
export async function listKeptArtifacts(db: Db): Promise<KeptRelease[]> {
  const rows = await db
    .selectFrom('releases')
    .innerJoin('deployments', 'deployments.id', 'releases.deploymentId')
    .innerJoin('services', 'services.id', 'releases.serviceId')
    .innerJoin('projects', 'projects.id', 'services.projectId')
    .innerJoin('organizations', 'organizations.id', 'releases.organizationId')
    .select([
      'releases.artifact',
      'releases.state',
      'releases.createdAt',
      'deployments.id as deploymentId',
      'deployments.number as deploymentNumber',
      'services.id as serviceId',
      'services.name as serviceName',
      'projects.name as project',
      'organizations.id as organizationId',
      'organizations.name as organization',
    ])
    .where('releases.artifactRemovedAt', 'is', null)
    .where(sql<boolean>`jsonb_typeof(releases.artifact) = 'object'`)
    .orderBy('releases.id', 'desc')
    .execute();
  return rows.map((row) => ({
    ...row,
    artifact: row.artifact as unknown as Artifact,
    state: row.state as KeptRelease['state'],
  }));
}

/** What is known of services by their ids. */
export type ServiceNames = ReadonlyMap<
  string,
  { id: string; name: string; project: string; organizationId: string; organization: string }
>;

/** Names of services of which something lies here although no release needs it. */
export async function findServiceNames(db: Db, ids: readonly string[]): Promise<ServiceNames> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('services')
    .innerJoin('projects', 'projects.id', 'services.projectId')
    .innerJoin('organizations', 'organizations.id', 'services.organizationId')
    .select([
      'services.id',
      'services.name',
      'projects.name as project',
      'organizations.id as organizationId',
      'organizations.name as organization',
    ])
    .where('services.id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** What the database takes, wherever it is. */
export async function databaseBytes(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database())::float8 as bytes`.execute(db);
  return rows[0]?.bytes ?? 0;
}

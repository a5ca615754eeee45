import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { ProjectService } from '../projects/index.ts';
import type { ServiceService } from '../services/index.ts';
import { serviceVariables } from './davit-variables.ts';
import type { GraphService, GraphVariable, VariableGraph } from './variable-graph.ts';
import { referencesOf, type VariableReference } from './variable-references.ts';
import {
  completeVariable,
  type ListedVariable,
  listEnvironmentVariables,
  listVariablesById,
  type VariableRow,
} from './variable-store.ts';

/** Where a value is stored. */
export const valueColumn = (organizationId: string, rowId: string) => ({
  organizationId,
  table: 'variables',
  column: 'value',
  rowId,
});

export type GraphLoader = ReturnType<typeof createGraphLoader>;

/** Reads the variables of an environment as a graph: two queries and no decryption, however many services there are. */
export function createGraphLoader(options: {
  db: Db;
  secretBox: SecretBox;
  services: ServiceService;
  projects: ProjectService;
}) {
  const { secretBox, services, projects } = options;

  async function open(db: Db, { organizationId, id, value }: VariableRow): Promise<string> {
    return (await secretBox.open(db, valueColumn(organizationId, id), value)).toString('utf8');
  }

  /** Rows from before digests were kept have none: they are opened this once. */
  async function complete(db: Db, organizationId: string, rows: readonly ListedVariable[]): Promise<void> {
    const bare = rows.filter(({ digest }) => digest === null);
    const opened = await listVariablesById(
      db,
      organizationId,
      bare.map(({ id }) => id),
    );
    for (const row of opened) {
      const value = await open(db, row);
      const references = referencesOf(value);
      const digest = await secretBox.digest(db, organizationId, value);
      await completeVariable(db, row, { digest, referenceList: JSON.stringify(references) });
      const target = bare.find(({ id }) => id === row.id);
      if (target !== undefined) Object.assign(target, { digest, referenceList: references });
    }
  }

  function inGraph({ id, digest, referenceList }: ListedVariable): GraphVariable {
    return { id, digest: digest ?? '', references: (referenceList ?? []) as unknown as VariableReference[] };
  }

  async function load(db: Db, organizationId: string, environmentId: string): Promise<VariableGraph> {
    const environment = await projects.getEnvironment(organizationId, environmentId);
    const project = await projects.get(organizationId, environment.projectId);
    const peers = await services.listPeers(organizationId, environmentId);
    const rows = await listEnvironmentVariables(db, organizationId, environmentId);
    await complete(db, organizationId, rows);
    const byOwner = Map.groupBy(rows, ({ serviceId }) => serviceId);
    const variablesOf = (serviceId: string | null) =>
      new Map((byOwner.get(serviceId) ?? []).map((row) => [row.name, inGraph(row)]));
    const members = peers.map((service): GraphService => {
      const facts = { service, project: project.name, environment: environment.name };
      const davit = new Map(Object.entries(serviceVariables(facts)));
      return { id: service.id, name: service.name, own: variablesOf(service.id), davit };
    });
    return { shared: variablesOf(null), services: new Map(members.map((member) => [member.name, member])) };
  }

  return {
    /** Within a transaction it sees what that has written. @throws AppError ENVIRONMENT_NOT_FOUND */
    load,
    /** A stored value in clear. */
    open,
  };
}

/** The service of this id in a graph; undefined for one that is being deleted. */
export function serviceIn(graph: VariableGraph, id: string): GraphService | undefined {
  return [...graph.services.values()].find((service) => service.id === id);
}

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

/** An output of a cloud resource, without its value. */
export interface ListedOutput {
  id: string;
  resource: string;
  name: string;
  /** Of the value, keyed. */
  digest: string;
}

/** What variables may take from cloud resources; given where davit is put together. */
export interface ResourceOutputs {
  /** Of the resources that an environment sees: its own, and those of none. */
  list(db: Db, organizationId: string, environmentId: string): Promise<ListedOutput[]>;
  /** Those of these ids that are still there, in clear. */
  open(db: Db, organizationId: string, ids: readonly string[]): Promise<{ id: string; digest: string; text: string }[]>;
}

export type GraphLoader = ReturnType<typeof createGraphLoader>;

/** Reads the variables of an environment as a graph: three queries and no decryption, however many services there are. */
export function createGraphLoader(options: {
  db: Db;
  secretBox: SecretBox;
  services: ServiceService;
  projects: ProjectService;
  outputs: ResourceOutputs;
}) {
  const { secretBox, services, projects, outputs } = options;

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
    return {
      shared: variablesOf(null),
      services: new Map(members.map((member) => [member.name, member])),
      resources: byResource(await outputs.list(db, organizationId, environmentId)),
    };
  }

  return {
    /** Within a transaction it sees what that has written. @throws AppError ENVIRONMENT_NOT_FOUND */
    load,
    /** A stored value in clear. */
    open,
  };
}

function byResource(outputs: readonly ListedOutput[]): VariableGraph['resources'] {
  const resources = new Map<string, Map<string, GraphVariable>>();
  for (const { id, resource, name, digest } of outputs) {
    const known = resources.get(resource) ?? new Map<string, GraphVariable>();
    resources.set(resource, known.set(name, { id, digest, references: [] }));
  }
  return resources;
}

/** The service of this id in a graph; undefined for one that is being deleted. */
export function serviceIn(graph: VariableGraph, id: string): GraphService | undefined {
  return [...graph.services.values()].find((service) => service.id === id);
}

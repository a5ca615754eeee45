import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { ProjectService } from '../projects/index.ts';
import type { ServiceService } from '../services/index.ts';
import { parseDotenv } from './dotenv-text.ts';
import { createGraphLoader, type ResourceOutputs, serviceIn } from './graph-loader.ts';
import { releaseDigests } from './release-variables.ts';
import {
  type CompletionList,
  type HistoryEntry,
  isReserved,
  maxVariables,
  type ReplaceVariables,
  type RestoredVariable,
  type Variable,
  type VariableComparison,
  type VariableList,
  type VariableOwner,
} from './variable.ts';
import { compareDigests, compareSets } from './variable-changes.ts';
import { variableErrors } from './variable-errors.ts';
import { digestsOf, linksOf, resourceLinksOf, type VariableGraph } from './variable-graph.ts';
import { findChange, listChanges } from './variable-history-store.ts';
import { presentVariable, warningsOf } from './variable-presenter.ts';
import { outputReference, referenceText } from './variable-references.ts';
import { createVariableResolver } from './variable-resolver.ts';
import { findVariables, listActiveReleases, listReferringEnvironments, listVariables } from './variable-store.ts';
import { createVariableWriter, formerValueColumn, type Writer } from './variable-writer.ts';

export interface VariableServiceOptions {
  db: Db;
  secretBox: SecretBox;
  services: ServiceService;
  projects: ProjectService;
  outputs: ResourceOutputs;
}

/** What the services of an environment refer to, and by which of their variables. */
interface EnvironmentReferences {
  toServices: { fromServiceId: string; toServiceId: string; variables: string[] }[];
  /** By name, also of what is not there (yet). */
  toResources: { fromServiceId: string; toResource: string; variables: string[] }[];
}

export type VariableService = ReturnType<typeof createVariableService>;

/**
 * The variables of services and those that an environment shares: encrypted at rest, listed without their values, revealed on
 * demand. Everything that compares works on digests, so that no list, overview or comparison decrypts anything.
 */
export function createVariableService(options: VariableServiceOptions) {
  const { db, secretBox, services, projects, outputs } = options;
  const graphs = createGraphLoader(options);
  const writer = createVariableWriter({ db, secretBox, graphs });
  const resolve = createVariableResolver({ db, graphs, services, outputs });

  /** Where an owner is, and by that: whether it is this organization's. The name is that of a service. */
  async function placeOf(organizationId: string, owner: VariableOwner) {
    if (owner.kind === 'service') return await services.get(organizationId, owner.id);
    return { environmentId: (await projects.getEnvironment(organizationId, owner.id)).id, name: null };
  }

  async function loadFor(organizationId: string, owner: VariableOwner) {
    const { environmentId, name } = await placeOf(organizationId, owner);
    return { environmentId, name, graph: await graphs.load(db, organizationId, environmentId) };
  }

  /** Whether a deployment of the service, or of one of the environment's services, would bring other variables. */
  async function isPending(
    organizationId: string,
    owner: VariableOwner,
    { environmentId, graph }: { environmentId: string; graph: VariableGraph },
  ): Promise<boolean> {
    const active = (await listActiveReleases(db, organizationId, environmentId)).filter(
      ({ serviceId }) => owner.kind === 'environment' || serviceId === owner.id,
    );
    const ids = active.flatMap(({ releaseId }) => releaseId ?? []);
    const deployed = await releaseDigests(secretBox, db, organizationId, ids);
    return active.some(({ serviceId, releaseId }) => {
      const service = serviceIn(graph, serviceId);
      const digests = deployed.get(releaseId ?? '');
      if (service === undefined || digests === undefined) return false;
      return compareDigests(digests, digestsOf(graph, service)).length > 0;
    });
  }

  async function list(organizationId: string, owner: VariableOwner): Promise<VariableList> {
    const loaded = await loadFor(organizationId, owner);
    const rows = await listVariables(db, organizationId, owner);
    return {
      items: rows.map((row) => presentVariable(loaded.graph, loaded.name, row)),
      pendingDeployment: await isPending(organizationId, owner, loaded),
    };
  }

  async function warningsFor(organizationId: string, owner: VariableOwner, values: ReadonlyMap<string, string>) {
    const { graph, name } = await loadFor(organizationId, owner);
    return warningsOf(graph, name, values);
  }

  async function saved(
    organizationId: string,
    owner: VariableOwner,
    name: string,
    value: string,
  ): Promise<Variable & { warnings: string[] }> {
    const { graph, name: serviceName } = await loadFor(organizationId, owner);
    const [row] = await findVariables(db, organizationId, owner, [name]);
    if (row === undefined) throw variableErrors.VARIABLE_NOT_FOUND();
    return {
      ...presentVariable(graph, serviceName, row),
      warnings: warningsOf(graph, serviceName, new Map([[name, value]])),
    };
  }

  async function mustExist(trx: Db, organizationId: string, owner: VariableOwner, name: string): Promise<void> {
    if ((await findVariables(trx, organizationId, owner, [name])).length === 0)
      throw variableErrors.VARIABLE_NOT_FOUND();
  }

  /** As they are written, by name. */
  async function openAll(organizationId: string, owner: VariableOwner): Promise<Record<string, string>> {
    await placeOf(organizationId, owner);
    const names = (await listVariables(db, organizationId, owner)).map(({ name }) => name);
    const values: Record<string, string> = {};
    const rows = await findVariables(db, organizationId, owner, names);
    for (const row of rows.sort((one, other) => (one.name < other.name ? -1 : 1)))
      values[row.name] = await graphs.open(db, row);
    return values;
  }

  function writtenDigests(graph: VariableGraph, serviceName: string | null): Record<string, string> {
    const variables = serviceName === null ? graph.shared : graph.services.get(serviceName)?.own;
    return Object.fromEntries([...(variables ?? [])].map(([name, { digest }]) => [name, digest]));
  }

  return {
    list,
    resolve,
    openAll,

    async set(who: Writer, owner: VariableOwner, name: string, value: string) {
      await writer.change(who, owner, async () => new Map([[name, value]]));
      return await saved(who.organizationId, owner, name, value);
    },

    /** Changes one that is there. @throws AppError VARIABLE_NOT_FOUND */
    async update(who: Writer, owner: VariableOwner, name: string, value: string) {
      await writer.change(who, owner, async (trx) => {
        await mustExist(trx, who.organizationId, owner, name);
        return new Map([[name, value]]);
      });
      return await saved(who.organizationId, owner, name, value);
    },

    async delete(who: Writer, owner: VariableOwner, name: string): Promise<void> {
      await writer.change(who, owner, async (trx) => {
        await mustExist(trx, who.organizationId, owner, name);
        return new Map([[name, undefined]]);
      });
    },

    /** Makes the set exactly this: what is not named is removed. */
    async replace(who: Writer, owner: VariableOwner, input: ReplaceVariables) {
      const wanted = new Map(Object.entries('dotenv' in input ? parseDotenv(input.dotenv) : input.variables));
      if (wanted.size > maxVariables) throw variableErrors.VARIABLE_LIMIT();
      await writer.change(who, owner, async (trx) => {
        const existing = await listVariables(trx, who.organizationId, owner);
        const gone = existing.filter(({ name }) => !wanted.has(name)).map(({ name }) => [name, undefined] as const);
        return new Map<string, string | undefined>([...wanted, ...gone]);
      });
      const { graph, name } = await loadFor(who.organizationId, owner);
      return { ...(await list(who.organizationId, owner)), warnings: warningsOf(graph, name, wanted) };
    },

    /** One value in clear, as it is written. The caller records it in the audit log. */
    async reveal(organizationId: string, owner: VariableOwner, name: string): Promise<string> {
      await placeOf(organizationId, owner);
      const [row] = await findVariables(db, organizationId, owner, [name]);
      if (row === undefined) throw variableErrors.VARIABLE_NOT_FOUND();
      return await graphs.open(db, row);
    },

    /** Newest first, one more than `limit`. */
    async history(
      organizationId: string,
      owner: VariableOwner,
      { limit, before }: { limit: number; before: string | undefined },
    ): Promise<HistoryEntry[]> {
      await placeOf(organizationId, owner);
      const rows = await listChanges(db, organizationId, owner, { limit: limit + 1, before });
      return rows.map(({ id, createdAt, changedBy, name, change }) => ({
        id,
        at: createdAt.toISOString(),
        by: changedBy,
        name,
        change: change as HistoryEntry['change'],
      }));
    },

    /** Gives a variable the value that it had before a change; before it was created there was none. */
    async restore(who: Writer, owner: VariableOwner, changeId: string): Promise<RestoredVariable> {
      const { organizationId } = who;
      const wanted = new Map<string, string | undefined>();
      const changes = await writer.change(who, owner, async (trx) => {
        const change = await findChange(trx, organizationId, owner, changeId);
        if (change === undefined) throw variableErrors.VARIABLE_CHANGE_NOT_FOUND();
        const { id, name, formerValue } = change;
        const former =
          formerValue === null
            ? undefined
            : (await secretBox.open(trx, formerValueColumn(organizationId, id), formerValue)).toString('utf8');
        return wanted.set(name, former);
      });
      const [[name, value] = ['', undefined]] = wanted;
      const values = value === undefined ? new Map<string, string>() : new Map([[name, value]]);
      return {
        name,
        change: changes[0]?.change ?? null,
        warnings: await warningsFor(organizationId, owner, values),
      };
    },

    /** Side by side with the service of the same name in another environment, or with what that shares; as they are written. */
    async compare(organizationId: string, owner: VariableOwner, environmentId: string): Promise<VariableComparison> {
      const here = await loadFor(organizationId, owner);
      const there = await graphs.load(db, organizationId, environmentId);
      return {
        otherServiceId: here.name === null ? null : (there.services.get(here.name)?.id ?? null),
        items: compareSets(writtenDigests(here.graph, here.name), writtenDigests(there, here.name)),
      };
    },

    /** All that a value may refer to. */
    async completions(organizationId: string, owner: VariableOwner): Promise<CompletionList> {
      const { graph, name: from } = await loadFor(organizationId, owner);
      const shared = [...graph.shared.keys()].map((name) => ({ service: null, name }));
      const others = [...graph.services.values()]
        .filter((service) => service.name !== from)
        .flatMap(({ name: service, own, davit }) =>
          [...own.keys(), ...davit.keys()].map((name) => ({ service, name })),
        );
      const ofResources = [...graph.resources].flatMap(([resource, outputs]) =>
        [...outputs.keys()].map((name) => outputReference(resource, name)),
      );
      return {
        items: [...shared, ...others, ...ofResources]
          .filter(({ service, name }) => service !== null || !isReserved(name))
          .map((reference) => ({
            text: referenceText(reference),
            serviceName: reference.service,
            name: reference.name,
          })),
      };
    },

    /** By service of an environment: what a deployment now would have, to be compared with what a release has. */
    async digests(organizationId: string, environmentId: string): Promise<Map<string, Record<string, string>>> {
      const graph = await graphs.load(db, organizationId, environmentId);
      return new Map([...graph.services.values()].map((service) => [service.id, digestsOf(graph, service)]));
    },

    /** What the services of an environment refer to. */
    async listReferences(organizationId: string, environmentId: string): Promise<EnvironmentReferences> {
      const graph = await graphs.load(db, organizationId, environmentId);
      const members = [...graph.services.values()];
      return {
        toServices: members.flatMap((service) =>
          [...linksOf(graph, service)].map(([toServiceId, variables]) => ({
            fromServiceId: service.id,
            toServiceId,
            variables,
          })),
        ),
        toResources: members.flatMap((service) =>
          [...resourceLinksOf(graph, service)].map(([toResource, variables]) => ({
            fromServiceId: service.id,
            toResource,
            variables,
          })),
        ),
      };
    },

    /** The environments of an organization in which some variable takes an output of a resource of this name. */
    listEnvironmentsUsing: (organizationId: string, resource: string) =>
      listReferringEnvironments(db, organizationId, outputReference(resource, '').service ?? ''),
  };
}

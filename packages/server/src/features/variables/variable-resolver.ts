import type { Db } from '../../platform/db/database.ts';
import { type ServiceService, serviceErrors } from '../services/index.ts';
import { type GraphLoader, type ResourceOutputs, serviceIn } from './graph-loader.ts';
import { variableErrors } from './variable-errors.ts';
import {
  createResolver,
  digestsOf,
  type GraphVariable,
  idsBehind,
  namesOf,
  ReferenceFault,
  type VariableGraph,
  valueFold,
} from './variable-graph.ts';
import { listVariablesById } from './variable-store.ts';

/** The variables of a release: their values, and what they are compared by. */
interface ResolvedVariables {
  values: Record<string, string>;
  digests: Record<string, string>;
}

/** How often a value that is changed while it is being put together is read anew. */
const maxReadings = 10;

/** Makes the variables of a release: of one moment, references put in. The function throws VARIABLE_REFERENCE_BROKEN and SERVICE_BEING_DELETED. */
export function createVariableResolver({
  db,
  graphs,
  services,
  outputs,
}: {
  db: Db;
  graphs: GraphLoader;
  services: ServiceService;
  outputs: ResourceOutputs;
}) {
  /** The texts behind a service's variables, if none was changed since the graph was read. */
  async function openTexts(organizationId: string, graph: VariableGraph, ids: ReadonlySet<string>) {
    const known = new Map<string, GraphVariable>();
    for (const owner of [graph, ...graph.services.values()]) {
      for (const variable of 'own' in owner ? owner.own.values() : owner.shared.values())
        known.set(variable.id, variable);
    }
    const ofResources = new Map(
      [...graph.resources.values()].flatMap((each) => [...each.values()]).map((each) => [each.id, each]),
    );
    const outputIds = [...ids].filter((id) => ofResources.has(id));
    const [rows, opened] = await Promise.all([
      listVariablesById(
        db,
        organizationId,
        [...ids].filter((id) => !ofResources.has(id)),
      ),
      outputs.open(db, organizationId, outputIds),
    ]);
    if (rows.length + opened.length < ids.size) return undefined;
    if (rows.some(({ id, digest }) => digest !== known.get(id)?.digest)) return undefined;
    if (opened.some(({ id, digest }) => digest !== ofResources.get(id)?.digest)) return undefined;
    const texts = new Map(opened.map(({ id, text }) => [id, text]));
    for (const row of rows) texts.set(row.id, await graphs.open(db, row));
    return texts;
  }

  return async function resolve(organizationId: string, serviceId: string): Promise<ResolvedVariables> {
    for (let reading = 1; reading <= maxReadings; reading++) {
      const { environmentId } = await services.get(organizationId, serviceId);
      const graph = await graphs.load(db, organizationId, environmentId);
      const service = serviceIn(graph, serviceId);
      if (service === undefined) throw serviceErrors.SERVICE_BEING_DELETED();
      try {
        const texts = await openTexts(organizationId, graph, idsBehind(graph, service));
        if (texts === undefined) continue;
        const valueOf = createResolver(graph, valueFold(texts));
        const values: Record<string, string> = {};
        for (const name of namesOf(graph, service)) values[name] = valueOf({ service: service.name, name });
        return { values, digests: digestsOf(graph, service) };
      } catch (error) {
        if (error instanceof ReferenceFault) throw variableErrors.VARIABLE_REFERENCE_BROKEN({ message: error.message });
        throw error;
      }
    }
    throw variableErrors.VARIABLE_REFERENCE_BROKEN({
      message: 'The variables were changed or removed all the while they were read.',
      hint: 'Try again.',
      transient: true,
    });
  };
}

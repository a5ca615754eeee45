import type { Variable } from './variable.ts';
import { findFault, type VariableGraph } from './variable-graph.ts';
import { findMisspelled, referenceText, type VariableReference } from './variable-references.ts';
import type { ListedVariable } from './variable-store.ts';

/** A thousand variables may be wrong at once; nobody reads more than these. */
const maxWarnings = 20;
/** Enough to be found again. */
const shownCharacters = 60;

/** A variable as callers see it: never its value. */
export function presentVariable(graph: VariableGraph, serviceName: string | null, row: ListedVariable): Variable {
  const variables = serviceName === null ? graph.shared : graph.services.get(serviceName)?.own;
  const references: readonly VariableReference[] = variables?.get(row.name)?.references ?? [];
  return {
    name: row.name,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
    references: references.map((reference) => ({
      serviceId: reference.service === null ? null : (graph.services.get(reference.service)?.id ?? null),
      name: reference.name,
      text: referenceText(reference),
      problem: findFault(graph, reference) ?? null,
    })),
  };
}

/** What a deployment would fail on, and what looks like a reference and is none. Says names and references, no values. */
export function warningsOf(
  graph: VariableGraph,
  serviceName: string | null,
  values: ReadonlyMap<string, string>,
): string[] {
  const warnings: string[] = [];
  for (const [name, value] of values) {
    const fault = findFault(graph, { service: serviceName, name });
    if (fault !== undefined) warnings.push(fault);
    for (const text of findMisspelled(value).slice(0, maxWarnings)) {
      warnings.push(
        `${name} has ${text.slice(0, shownCharacters)}, which is no reference and stays as it is: write \${{service.NAME}}.`,
      );
    }
    if (warnings.length >= maxWarnings) break;
  }
  return warnings.slice(0, maxWarnings);
}

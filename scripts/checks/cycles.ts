import { isProduct } from './dependency-rule.ts';
import type { ModuleGraph } from './module-graph.ts';

/** Features of the server and pages of the web UI. The root of the UI imports pages, not the other way round. */
const FEATURE = /^packages\/(?:server\/src\/features|web\/src\/pages)\/([^/]+)\//;

/** Circles among files, and among features or pages: two of them may go in a circle without two files that do. */
export function cycles(graph: ModuleGraph): readonly string[] {
  const files = new Map<string, Set<string>>();
  const features = new Map<string, Set<string>>();
  for (const path of graph.paths.filter(isProduct)) {
    for (const { target } of graph.imports(path)) {
      if (target === undefined) continue;
      link(files, path, target);
      const from = FEATURE.exec(path)?.[1];
      const to = FEATURE.exec(target)?.[1];
      if (from !== undefined && to !== undefined && from !== to) link(features, from, to);
    }
  }
  return [
    ...findCycles(files).map((circle) => `files in a circle: ${circle.join(' → ')}`),
    ...findCycles(features).map((circle) => `features or pages in a circle: ${circle.join(' → ')}`),
  ];
}

function link(graph: Map<string, Set<string>>, from: string, to: string): void {
  graph.set(from, (graph.get(from) ?? new Set()).add(to));
}

/** One circle for each edge that leads back while walking in depth: none exactly when the graph has none. */
function findCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  function walk(node: string): void {
    if (done.has(node)) return;
    const at = trail.indexOf(node);
    if (at >= 0) {
      found.push([...trail.slice(at), node]);
      return;
    }
    trail.push(node);
    for (const next of graph.get(node) ?? []) walk(next);
    trail.pop();
    done.add(node);
  }
  for (const node of graph.keys()) walk(node);
  return found;
}

import type { FastifyInstance } from 'fastify';

/** The methods that some route takes at `path`; empty when no route has this path. */
export type FindMethods = (path: string) => string[];

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.at(-1) === '*') return segments.length >= pattern.length && pattern.slice(0, -1).every(same(segments));
  return pattern.length === segments.length && pattern.every(same(segments));
}

function same(segments: readonly string[]) {
  return (part: string, index: number) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]);
}

/** Notes every route that is registered from now on. Looked through only when no route was met. */
export function collectMethods(app: FastifyInstance): FindMethods {
  const routes = new Map<string, { pattern: string[]; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = routes.get(url) ?? { pattern: url.split('/'), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    routes.set(url, known);
  });
  return (path) => {
    const segments = path.split('/');
    const found = [...routes.values()].filter(({ pattern }) => matches(pattern, segments));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  };
}

import type { FastifyInstance } from 'fastify';

const legacyMount = Symbol('legacy mount');
const LEGACY_PREFIX = '/v1/click-deploy';

/**
 * Mounts the features' routes twice: at their own paths, and those below /v1 once more below /v1/click-deploy for older
 * clients. `register` runs once for each mount.
 */
export function mountTwice(app: FastifyInstance, register: (scope: FastifyInstance) => void): void {
  register(app);
  void app.register((scope, _options, done) => {
    scope.decorate(legacyMount, true);
    register(scope);
    done();
  });
}

/** Where a path goes on this mount: undefined for its own path, null for nowhere. */
export function legacyPathOf(app: FastifyInstance, path: string): string | null | undefined {
  if (!app.hasDecorator(legacyMount)) return undefined;
  return path.startsWith('/v1/') ? LEGACY_PREFIX + path.slice('/v1'.length) : null;
}

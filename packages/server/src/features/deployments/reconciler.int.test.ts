import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import type { Runtime } from '../../adapters/runtime/runtime.ts';
import { runtimeErrors } from '../../adapters/runtime/runtime-errors.ts';
import { type Logger, silentLogger } from '../../kernel/logger.ts';
import { createReconciler } from './reconciler.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    insert into organizations (id, name) values ('org_1', 'Acme');
    insert into projects (id, organization_id, name) values ('prj_1', 'org_1', 'shop');
    insert into environments (id, organization_id, project_id, name, kind)
      values ('env_1', 'org_1', 'prj_1', 'production', 'production');
    insert into services (id, organization_id, project_id, environment_id, name, kind, source, settings)
      values ('svc_1', 'org_1', 'prj_1', 'env_1', 'web', 'worker', '{}', '{}'),
        ('svc_2', 'org_1', 'prj_1', 'env_1', 'mail', 'worker', '{}', '{}')`);
});
afterAll(() => database[Symbol.asyncDispose]());

const signal = new AbortController().signal;

/** A reconciler of these two services, and what each look at `svc_1` comes to. */
function createWorld() {
  const logged: string[] = [];
  const note = (_facts: object, text: string) => void logged.push(text);
  const logger: Logger = { ...silentLogger, error: note, info: note };
  let fault: Error | undefined;
  const reconciler = createReconciler({
    db: database.db,
    runtime: { list: async () => [] } as Partial<Runtime> as Runtime,
    proxy: { listRoutes: async () => [] } as Partial<Proxy> as Proxy,
    convergence: {
      route: async () => undefined,
      async converge(_organizationId, serviceId) {
        if (serviceId === 'svc_1' && fault !== undefined) throw fault;
        return 0;
      },
    },
    executor: { list: async () => [], remove: async () => undefined },
    addressesOf: async () => [],
    logger,
  });
  return {
    /** What a look has logged. */
    look: async (error?: Error): Promise<string[]> => {
      fault = error;
      await reconciler.reconcile(signal);
      return logged.splice(0);
    },
  };
}

const faults = async () =>
  (await database.pool.query('select service_id as id, code, hint from service_faults order by 1')).rows;

test('why a service cannot be started is kept while it cannot, and logged once, by whichever server looks', async () => {
  const { look } = createWorld();
  expect(await look()).toEqual([]);
  expect(await look(runtimeErrors.IMAGE_GONE())).toEqual(['service not reconciled']);
  expect(await faults()).toEqual([{ id: 'svc_1', code: 'IMAGE_GONE', hint: 'Deploy the service again.' }]);
  expect(await look(runtimeErrors.IMAGE_GONE())).toEqual([]);
  expect(await createWorld().look(runtimeErrors.IMAGE_GONE())).toEqual([]);

  expect(await look(runtimeErrors.INSTANCE_NOT_STARTED())).toEqual(['service not reconciled']);
  expect(await faults()).toMatchObject([{ id: 'svc_1', code: 'INSTANCE_NOT_STARTED' }]);
  expect(await look()).toEqual(['service reconciled again']);
  expect(await faults()).toEqual([]);
  expect(await look()).toEqual([]);
});

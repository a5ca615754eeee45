import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import * as davit from '../../src/sdk/sdk.gen.ts';
import { createTestStack, type TestStack } from '../support/pulumi-stack.ts';

// What a destroy says when davit does not get a service deleted, by the real Pulumi engine and a real platform.

let platform: Platform;
let token: string;
let stack: TestStack;
let count = 0;
beforeAll(async () => {
  platform = await startPlatform();
  const asked = { name: 'pulumi', scope: 'admin' };
  token = (await platform.api.done<{ token: string }>('POST', '/v1/api-tokens', asked)).token;
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  await letDeletionsGoOn();
  await stack?.[Symbol.asyncDispose]();
});

async function newStack() {
  stack = await createTestStack(`s${++count}`, { DAVIT_URL: platform.url, DAVIT_TOKEN: token });
  return stack;
}

/** From now on a deletion of a service ends as this says, which the database puts into its run. */
async function endDeletions(ended: { state: string; reason: string; code: string | null }): Promise<void> {
  const { pool } = platform.database;
  const literal = (text: string | null) => (text === null ? 'null' : `'${text}'`);
  await pool.query(`create function end_deletion() returns trigger language plpgsql as $$ begin
    new.state := '${ended.state}'; new.reason := '${ended.reason}'; new.error_code := ${literal(ended.code)};
    new.finished_at := now();
    return new;
  end $$`);
  await pool.query(`create trigger end_deletion before insert on runs for each row
    when (new.kind = 'service.delete') execute function end_deletion()`);
}
const letDeletionsGoOn = () => platform.database.pool.query('drop function if exists end_deletion cascade');

const listProjects = async () => {
  const { items } = await platform.api.done<{ items: { name: string }[] }>('GET', '/v1/projects');
  return items.map(({ name }) => name);
};

test.for([
  {
    ended: { state: 'failed', reason: 'Not done after 3600 s.', code: 'RUN_TIMED_OUT' },
    told: /failed: Not done after 3600 s\. \S.* \(RUN_TIMED_OUT\)/,
  },
  { ended: { state: 'canceled', reason: 'Canceled on request.', code: null }, told: /canceled: Canceled on request\./ },
])(
  'a deletion that ends as $ended.state fails the destroy with its cause and what to do about it; the next destroy tries again',
  async ({ ended, told }) => {
    const run = await (await newStack()).use(async () => {
      const project = new davit.Project('stays');
      const of = { projectId: project.id, environmentId: project.defaultEnvironmentId };
      return { serviceId: new davit.Service('web', of, { customTimeouts: { delete: '1m' } }).id };
    });
    const { outputs } = await run.up();
    await endDeletions(ended);
    const said = await run.destroy().then(
      () => 'it was destroyed',
      (error: Error) => error.message,
    );
    expect(said).toContain(`The deletion of the service ${String(outputs['serviceId']?.value)} ${ended.state}: `);
    expect(said).toMatch(told);
    await letDeletionsGoOn();
    await run.destroy();
    expect(await listProjects()).not.toContain('stays');
  },
);

test('a variable whose service is being deleted counts as deleted: it goes with it', async () => {
  const { api } = platform;
  const project = await api.createProject('goes');
  const service = await api.createService(project.id, { name: 'goes' });
  const run = await (await newStack()).use(async () => {
    // By its id alone, so that Pulumi knows of no order between the two.
    return { id: new davit.Variable('KEY', { serviceId: service.id, value: 'value' }).id };
  });
  await run.up();
  await endDeletions({ state: 'canceled', reason: 'Canceled on request.', code: null });
  await api.done('DELETE', `/v1/services/${service.id}`);
  const refused = await api.call('DELETE', `/v1/services/${service.id}/env/KEY`);
  expect(refused.body).toMatchObject({ code: 'SERVICE_BEING_DELETED' });
  await run.destroy();
  expect(await stack.state()).not.toContain('davit:index:Variable');
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestResources, type TestResources } from '../../../test/support/test-resources.ts';
import { createId } from '../../kernel/id.ts';
import { insertCloudResource, updateCloudResource } from './cloud-resource-store.ts';
import { replaceOutputs } from './output-store.ts';

let database: TestDatabase;
let resources: TestResources;
let projectId: string;
let environmentId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  resources = await createTestResources(database);
});
afterAll(async () => {
  await resources[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

let count = 0;
let serviceId: string;
let bucket: string;
beforeEach(async () => {
  const project = await resources.createProject(`shop-${++count}`);
  projectId = project.id;
  environmentId = project.environments[0]?.id ?? '';
  serviceId = (await resources.createService(projectId, { name: 'web', source: { type: 'upload' } })).id;
  bucket = `bucket-${count}`;
});

async function makeResource(name: string, environment: string | null = null): Promise<string> {
  const { organizationId } = resources;
  const id = createId('res');
  await database.db.transaction().execute(async (trx) => {
    await insertCloudResource(trx, {
      id,
      organizationId,
      environmentId: environment,
      kind: 'S3Buckets',
      name,
      manifest: '{}',
      stackOrganization: 'o',
      stackProject: 'p',
      stackName: id,
      passphrase: Buffer.from('sealed'),
    });
  });
  return id;
}

async function setOutputs(id: string, outputs: Parameters<typeof replaceOutputs>[3]): Promise<void> {
  const resource = { id, organizationId: resources.organizationId };
  await database.db.transaction().execute((trx) => replaceOutputs(trx, resources.secretBox, resource, outputs));
}

const plain = (value: unknown) => ({ value, secret: false });
const setVariable = (name: string, value: string) =>
  resources.must<{ warnings: { message: string }[] }>('POST', `/v1/services/${serviceId}/env`, { name, value });
const values = async () => (await resources.variables.resolve(resources.organizationId, serviceId)).values;
const digests = async () => (await resources.variables.digests(resources.organizationId, environmentId)).get(serviceId);

describe('an output of a cloud resource', () => {
  test('is put into variables: a text as it is, anything else as JSON, a secret one too', async () => {
    const id = await makeResource(bucket);
    await setOutputs(id, {
      bucketName: plain('invoices'),
      regions: plain(['eu', 'us']),
      token: { value: 'a-secret-of-the-bucket', secret: true },
    });
    await setVariable('BUCKET', `s3://\${{resources.${bucket}.bucketName}}/in`);
    await setVariable('REGIONS', `\${{resources.${bucket}.regions}}`);
    await setVariable('TOKEN', `\${{resources.${bucket}.token}}`);
    expect(await values()).toMatchObject({
      BUCKET: 's3://invoices/in',
      REGIONS: '["eu","us"]',
      TOKEN: 'a-secret-of-the-bucket',
    });
    const { rows } = await database.pool.query<{ row: string }>('select t::text as row from cloud_resource_outputs t');
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain('invoices');
    for (const encoding of ['utf8', 'hex', 'base64'] as const) {
      expect(text).not.toContain(Buffer.from('a-secret-of-the-bucket').toString(encoding));
    }
  });

  test('that changes marks the services that use it, and no other', async () => {
    const id = await makeResource(bucket);
    await setOutputs(id, { used: plain('one'), unused: plain('one') });
    await setVariable('A', `\${{resources.${bucket}.used}}`);
    const before = await digests();
    await setOutputs(id, { used: plain('one'), unused: plain('two') });
    expect(await digests()).toEqual(before);
    await setOutputs(id, { used: plain('two'), unused: plain('two') });
    expect(await digests()).not.toEqual(before);
  });

  test('of the environment’s own resource counts before that of one for all', async () => {
    await setOutputs(await makeResource(bucket), { name: plain('for all') });
    await setOutputs(await makeResource(bucket, environmentId), { name: plain('own') });
    await setVariable('A', `\${{resources.${bucket}.name}}`);
    expect(await values()).toMatchObject({ A: 'own' });
  });

  test('that is not there, or whose resource is gone, is told by name', async () => {
    const id = await makeResource(bucket);
    await setOutputs(id, { name: plain('x') });
    await setVariable('A', `\${{resources.${bucket}.other}}`);
    await expect(values()).rejects.toMatchObject({
      code: 'VARIABLE_REFERENCE_BROKEN',
      message: expect.stringContaining(`the cloud resource ${bucket} has no output other`),
    });
    await updateCloudResource(database.db, resources.organizationId, id, { deletedAt: new Date() });
    await expect(values()).rejects.toMatchObject({ message: expect.stringContaining(`no cloud resource "${bucket}"`) });
  });

  test('is offered where a value is written', async () => {
    await setOutputs(await makeResource(bucket), { name: plain('x') });
    const { items } = await resources.variables.completions(resources.organizationId, {
      kind: 'service',
      id: serviceId,
    });
    expect(items.map(({ text }) => text)).toContain(`\${{resources.${bucket}.name}}`);
  });
});

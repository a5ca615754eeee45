import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadBuiltInKinds } from './index.ts';
import type { StackInput } from './kind-definition.ts';
import { mockStack } from './mocked-stack.ts';

type Program = Parameters<typeof mockStack>[0];

/** What providers tell of a resource that has been made, as far as a module goes on with it and mocks cannot guess it. */
const told = {
  'aws:rds/instance:Instance': {
    masterUserSecrets: [{ secretArn: 'arn:aws:secretsmanager:eu-central-1:1:secret:db' }],
  },
  'aws:route53/zone:Zone': { nameServers: ['ns-1.example.net'] },
  'azure-native:containerservice:ManagedCluster': { identityProfile: { kubeletidentity: { objectId: 'kubelet' } } },
  'azure-native:storage:StorageAccount': { primaryEndpoints: { blob: 'https://files.example.net/' } },
  'cloudflare:index/zone:Zone': { nameServers: ['ada.ns.example.net'] },
  'gcp:container/cluster:Cluster': { masterAuth: { clusterCaCertificate: 'cGVt' } },
  'gcp:redis/instance:Instance': { serverCaCerts: [{ cert: 'pem' }] },
};

/** Fields of a credential that a module reads where its manifest says nothing. */
const credential = { accountId: '0123456789abcdef0123456789abcdef' };

describe('the sample of', async () => {
  const kinds = await loadBuiltInKinds();

  test.for(kinds.map((kind) => [kind.definition.name, kind] as const))(
    '%s fits its schema, and its program runs with it',
    async ([name, { definition, folder }]) => {
      const sample = parse(await readFile(join(folder, 'sample.yaml'), 'utf8')) as StackInput['target'];
      expect(sample.kind).toBe(name);
      const spec = definition.spec.parse(sample.spec);
      const { program } = (await import(pathToFileURL(join(folder, 'module.ts')).href)) as { program: Program };
      const stack = await mockStack(program, { kind: name, name: sample.metadata.name, spec }, told, credential);
      expect(stack.types().length).toBeGreaterThan(0);
      const returned = Object.keys(stack.outputs);
      expect(returned).not.toEqual([]);
      // What a sample does not ask for, a key say, it is not given.
      expect(Object.keys(definition.outputs)).toEqual(expect.arrayContaining(returned));
    },
  );
});

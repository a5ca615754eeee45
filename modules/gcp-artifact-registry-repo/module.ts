import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

const secondsOfDay = 86_400;

/** Artifact Registry refuses these for packages of any other format. */
const forImages = (spec: Spec) => ({
  dockerConfig: { immutableTags: spec.immutableTags },
  cleanupPolicyDryRun: false,
  cleanupPolicies: [
    {
      id: 'delete-untagged',
      action: 'DELETE',
      condition: { tagState: 'UNTAGGED', olderThan: `${spec.deleteUntaggedDays * secondsOfDay}s` },
    },
    { id: 'keep-latest', action: 'KEEP', mostRecentVersions: { keepCount: spec.keepVersions } },
  ],
});

/** A repository with the readers and writers that are named, and no others than the project's own. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = gcpOptions(spec.projectId);
  const repositoryId = spec.repositoryId ?? name;
  const repository = providerResource(
    'gcp:artifactregistry/repository:Repository',
    name,
    {
      repositoryId,
      location: spec.location,
      format: spec.format,
      mode: 'STANDARD_REPOSITORY',
      description: spec.description,
      kmsKeyName: spec.kmsKeyName,
      vulnerabilityScanningConfig: { enablementConfig: spec.vulnerabilityScanning ? 'INHERITED' : 'DISABLED' },
      deletionPolicy: spec.deletionProtection ? 'PREVENT' : 'DELETE',
      labels: { 'managed-by': 'davit', ...spec.labels },
      ...(spec.format === 'DOCKER' ? forImages(spec) : {}),
    },
    { ...ofProvider, outputs: ['name', 'project', 'registryUri'] },
  );
  const grants = [
    ...spec.readers.map((member) => ({ role: 'roles/artifactregistry.reader', member })),
    ...spec.writers.map((member) => ({ role: 'roles/artifactregistry.writer', member })),
  ];
  for (const { role, member } of grants) {
    providerResource(
      'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember',
      `${name}-${role}-${member}`,
      { project: repository.project, location: spec.location, repository: repository.name, role, member },
      { ...ofProvider, parent: repository },
    );
  }
  return {
    repositoryId: repository.name,
    repositoryUrl: repository.registryUri,
    location: pulumi.output(spec.location),
    projectId: repository.project,
  };
}

import { z } from 'zod';
import { kmsKeyName, labels, projectId } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** Everybody (`allUsers`) is none of these. */
const members = z
  .array(
    z
      .string()
      .regex(
        /^(?:user|group|serviceAccount|domain):\S+$/,
        'a member such as serviceAccount:ci@shop-prod.iam.gserviceaccount.com',
      ),
  )
  .max(50)
  .default([]);

export const spec = z.strictObject({
  projectId,
  location: z
    .string()
    .regex(/^(?:[a-z]+-[a-z]+\d+|europe|us|asia)$/, 'a region such as europe-west3, or europe, us, asia')
    .meta({ description: 'Where the repository is: a region, or several by their name.' }),
  repositoryId: z
    .string()
    .regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'up to 63 lower-case letters, digits and dashes, a letter first')
    .optional()
    .meta({ description: 'The manifest’s name when it is left out.' }),
  format: z.enum(['DOCKER', 'NPM', 'PYTHON', 'MAVEN', 'GO', 'APT', 'YUM', 'GENERIC']).default('DOCKER'),
  description: z.string().max(1024).default('Managed by davit'),
  immutableTags: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a tag of an image stays with that image for ever. Of DOCKER only.' }),
  deleteUntaggedDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .meta({ description: 'Days after which images without a tag are deleted. Of DOCKER only.' }),
  keepVersions: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .meta({ description: 'How many of the latest images of a name are kept in any case. Of DOCKER only.' }),
  vulnerabilityScanning: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether images are scanned, where the project has scanning on.' }),
  readers: members.meta({ description: 'Who may pull.' }),
  writers: members.meta({ description: 'Who may push and pull.' }),
  kmsKeyName,
  labels,
  deletionProtection: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a destroy is refused; it would delete all that is in the repository.' }),
});

export const kind = defineKind({
  name: 'GcpArtifactRegistryRepo',
  provider: 'gcp',
  summary: 'A private repository of Artifact Registry, with immutable tags and scans of images.',
  spec,
  outputs: {
    repositoryId: 'Id of the repository',
    repositoryUrl: 'Host and path in front of names of images and packages',
    location: 'Where the repository is',
    projectId: 'Project of the repository',
  },
});

import { z } from 'zod';
import { projectId } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** Basic roles hold thousands of permissions each. @see https://cloud.google.com/iam/docs/roles-overview#basic */
const basicRoles = ['roles/owner', 'roles/editor', 'roles/viewer'];

const role = z
  .string()
  .regex(
    /^(?:roles|projects\/[^/]+\/roles|organizations\/\d+\/roles)\/[A-Za-z0-9_.]+$/,
    'a role such as roles/storage.objectViewer',
  )
  .refine((name) => !basicRoles.includes(name), 'too much for an account: name the roles of the services it uses');

const unique = (values: readonly string[]) => new Set(values).size === values.length;

export const spec = z.strictObject({
  projectId,
  accountId: z
    .string()
    .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, '6 to 30 lower-case letters, digits and dashes, a letter first')
    .optional()
    .meta({
      description: 'What stands before the @; the manifest’s name when it is left out, which is 6 to 30 long then.',
    }),
  displayName: z.string().max(100).optional().meta({ description: 'The manifest’s name when it is left out.' }),
  description: z.string().max(256).default('Managed by davit'),
  roles: z
    .array(role)
    .max(50)
    .refine(unique, 'each role once')
    .default([])
    .meta({ description: 'What it may do in its project; nothing by default. Owner, editor and viewer are refused.' }),
  kubernetesServiceAccounts: z
    .array(z.string().regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'namespace/name'))
    .max(50)
    .refine(unique, 'each account once')
    .default([])
    .meta({ description: 'Who in GKE clusters of the project acts as it, by workload identity: namespace/name.' }),
  createKey: z.boolean().default(false).meta({
    description: 'Whether a key is made, for what runs outside of Google Cloud; a secret output. It does not expire.',
  }),
});

export const kind = defineKind({
  name: 'GcpServiceAccount',
  provider: 'gcp',
  summary: 'A service account with the roles that are named, without a key unless one is asked for.',
  spec,
  outputs: {
    email: 'E-mail address of the account',
    member: 'The account in policies: serviceAccount:…',
    projectId: 'Project of the account',
    keyBase64: 'JSON of the key in base64 (secret), when createKey is on',
  },
});

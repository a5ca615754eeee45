import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import type { CredentialFields } from './provider.ts';
import { type ProviderName, providerName, providers } from './providers.ts';

const dayMs = 86_400_000;
/** How long before its end a credential is warned of. */
export const warnBeforeMs = 14 * dayMs;

const credentialName = z
  .string()
  .regex(/^(?!crd_)[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, dots and dashes, at most 63');

const labelKey = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$/, 'letters, digits, dots, dashes and slashes, at most 253');
const labelValue = z
  .string()
  .max(63)
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/, 'letters, digits, dots and dashes, at most 63');

/** As of Kubernetes, so that those of a manifest fit too. */
export const credentialLabels = z
  .record(labelKey, labelValue)
  .refine((labels) => Object.keys(labels).length <= 32, 'at most 32 labels');

const endpoint = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash;
  }, 'expected a URL that begins with https://, without user, query and fragment')
  .transform((text) => text.replace(/\/+$/, ''))
  .meta({ description: 'Where it is validated, in place of the address of the provider.' });

const expiresAt = timestamp.refine((date) => date.getTime() > Date.now(), 'is in the past');
const environmentId = z.string().max(64).nullable();

const common = {
  name: credentialName,
  labels: credentialLabels.default({}),
  environmentId: environmentId.optional(),
  expiresAt: expiresAt.nullable().optional(),
  endpoint: endpoint.nullable().optional(),
};

/** What a credential is made of. */
export interface CreateCredential {
  name: string;
  provider: ProviderName;
  data: CredentialFields;
  labels: Record<string, string>;
  environmentId?: string | null | undefined;
  expiresAt?: Date | null | undefined;
  endpoint?: string | null | undefined;
}

const pascal = (name: string) => name.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const alternatives = providers.map(({ name, title, schema, secrets }) => {
  // So that whoever makes a form of the document knows what to hide.
  for (const secret of secrets) {
    const field = (schema.shape as Record<string, z.ZodType>)[secret];
    if (field !== undefined) z.globalRegistry.add(field, { ...field.meta(), writeOnly: true });
  }
  return z
    .strictObject({ ...common, provider: z.literal(name), data: schema })
    .meta({ id: `Create${pascal(name)}Credential`, title });
});
type Alternative = (typeof alternatives)[number];

export const createCredentialBody = z.discriminatedUnion(
  'provider',
  alternatives as unknown as [Alternative, ...Alternative[]],
) as unknown as z.ZodType<CreateCredential>;

export const updateCredentialBody = z
  .strictObject({
    name: credentialName.optional(),
    data: z
      .record(z.string().max(64), z.string().max(131_072))
      .optional()
      .meta({ description: 'All fields of the provider that it has; checked like those of a new one.' }),
    labels: credentialLabels.optional(),
    environmentId: environmentId.optional(),
    expiresAt: expiresAt.nullable().optional(),
    endpoint: endpoint.nullable().optional().meta({ description: 'Only together with `data`.' }),
  })
  .meta({ id: 'UpdateCredential' });
export type UpdateCredential = z.output<typeof updateCredentialBody>;

const credentialUse = z
  .strictObject({
    cloudResourceId: z.string(),
    name: z.string().meta({ description: 'Kind/name.' }),
    runId: z.string(),
    at: timestamp,
  })
  .meta({ id: 'CredentialUse' });

export const credentialSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    provider: providerName,
    fields: z.record(z.string(), z.string()).meta({ description: 'What is not secret.' }),
    secretFields: z.array(z.string()).meta({ description: 'Names of the secrets that are stored.' }),
    labels: z.record(z.string(), z.string()),
    environmentId: z.string().nullable(),
    endpoint: z.string().nullable(),
    expiresAt: timestamp.nullable(),
    version: z.int(),
    formerVersionKept: z.boolean().meta({ description: 'Whether what it was before can be restored.' }),
    warnings: z.array(z.string()),
    usedBy: z
      .array(credentialUse)
      .meta({ description: 'Cloud resources that were last worked on with it, by name; the first 20.' }),
    usedByCount: z.int().meta({ description: 'How many of them there are.' }),
    lastUsedAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Credential' });
export type Credential = z.output<typeof credentialSchema>;

export const validationSchema = z
  .strictObject({
    valid: z.boolean(),
    message: z.string().meta({ description: 'What the provider said; holds no secret.' }),
    identity: z.string().nullable().meta({ description: 'Who one is with it, where the provider tells.' }),
    checkedAt: timestamp,
  })
  .meta({ id: 'CredentialValidation' });
export type Validation = z.output<typeof validationSchema>;

/** What a person should look at, in sentences. */
export function warningsOf(expires: Date | null, now: Date): string[] {
  if (expires === null) return [];
  const leftMs = expires.getTime() - now.getTime();
  if (leftMs <= 0) return [`It expired on ${expires.toISOString().slice(0, 10)}.`];
  if (leftMs > warnBeforeMs) return [];
  const days = Math.ceil(leftMs / dayMs);
  return [`It expires in ${days} ${days === 1 ? 'day' : 'days'}, on ${expires.toISOString().slice(0, 10)}.`];
}

import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { sourceCredential } from '../services/index.ts';

/** Whose credentials there are. */
export const providers = [
  'gcp',
  'aws',
  'azure',
  'cloudflare',
  'mongodb_atlas',
  'confluent',
  'snowflake',
  'digitalocean',
  'civo',
  'kubernetes',
  'docker_registry',
] as const;
const provider = z.enum(providers).nullable();
/** `davit`: the module calls davit itself. Only a built-in one may: its token can do what who asked can. */
const kindProvider = z.enum([...providers, 'davit']).nullable();
export type Provider = (typeof providers)[number];

/** Where an organization's own module is. */
export const moduleSource = z
  .strictObject({
    url: z.string().min(1).max(2000).meta({ description: 'Of a Git repository: https or ssh, without a password.' }),
    reference: z
      .union([
        z.strictObject({ branch: z.string().min(1).max(255) }),
        z.strictObject({ tag: z.string().min(1).max(255) }),
        z.strictObject({ commit: z.string().regex(/^[0-9a-f]{7,64}$/) }),
      ])
      .nullable()
      .default(null)
      .meta({ description: 'Null: the newest commit of the default branch.' }),
    folder: z
      .string()
      .max(500)
      .default('')
      .meta({ description: 'Of the repository; holds module.ts or module.js, or Pulumi.yaml.' }),
  })
  .meta({ id: 'ModuleSource' });
export type ModuleSource = z.output<typeof moduleSource>;

/** What an organization says of a kind of its own. */
export const kindModuleBody = moduleSource
  .extend({
    provider: provider.default(null).meta({ description: 'Whose credential the module is given.' }),
    summary: z.string().max(200).default(''),
    specSchema: z.record(z.string(), z.unknown()).nullable().default(null).meta({
      description: 'JSON Schema of `spec`. Null: that of the built-in kind of this name, else every field is taken.',
    }),
    sourceCredential: sourceCredential.nullable().optional().meta({
      description:
        'Of a private repository; never read back. Left out: what is stored stays while the URL does. Null forgets it.',
    }),
  })
  .meta({ id: 'KindModule' });
export type KindModule = z.output<typeof kindModuleBody>;

/** As manifests write it. */
export const kindName = z.string().regex(/^[A-Z][A-Za-z0-9]{1,62}$/, 'a name such as AwsS3Bucket');

const field = z
  .strictObject({
    path: z.string(),
    type: z.string(),
    required: z.boolean(),
    default: z.unknown().optional(),
    description: z.string(),
  })
  .meta({ id: 'KindField' });
export type KindField = z.output<typeof field>;

export const kindSchema = z
  .strictObject({
    name: z.string(),
    provider: kindProvider,
    summary: z.string(),
    module: moduleSource.nullable().meta({ description: 'The organization’s own; null for a built-in one.' }),
    hasSourceCredential: z.boolean().meta({ description: 'Whether davit has something to read the repository with.' }),
    hasOwnSchema: z.boolean().meta({ description: 'Whether the organization gave the schema of `spec`.' }),
    updatedAt: timestamp.nullable(),
  })
  .meta({ id: 'Kind' });
export type KindView = z.output<typeof kindSchema>;

export const kindDetailSchema = kindSchema
  .extend({
    fields: z.array(field).meta({ description: 'Of `spec`, each with its default.' }),
    outputs: z.record(z.string(), z.string()).meta({ description: 'What a deployment gives, in words.' }),
    specSchema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of `spec`.' }),
    sample: z.string().nullable().meta({ description: 'A manifest to begin with.' }),
  })
  .meta({ id: 'KindDetail' });
export type KindDetail = z.output<typeof kindDetailSchema>;

/** A kind as an organization has it. */
export interface Kind {
  readonly name: string;
  readonly provider: Provider | 'davit' | null;
  readonly summary: string;
  readonly spec: z.ZodType<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Where its program is: in a folder of davit's own, or in a Git repository. */
  readonly module: { readonly type: 'built-in'; readonly folder: string } | ({ readonly type: 'git' } & ModuleSource);
  readonly hasSourceCredential: boolean;
  readonly hasOwnSchema: boolean;
  readonly updatedAt: Date | null;
}

import { z } from 'zod';
import { awsRegion, awsTags } from '../aws-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** Labels of letters, digits and dashes; underscores for names such as `_dmarc`. */
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';

const record = z.strictObject({
  name: z
    .string()
    .regex(new RegExp(`^(?:@|(?:\\*\\.)?${label}(?:\\.${label})*|\\*)$`), '@ or a name inside the zone, such as www')
    .meta({ description: 'Inside the zone: www; @ is the zone itself.' }),
  type: z.enum(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT']),
  ttl: z.int().min(0).max(2_147_483_647).default(300).meta({ description: 'Seconds.' }),
  values: z.array(z.string().min(1).max(4000)).min(1).max(400),
});

/** Two records of one name and type are one to Route 53, whose values belong together. */
const isEachOnce = (records: readonly z.infer<typeof record>[]): boolean =>
  new Set(records.map(({ name, type }) => `${name} ${type}`)).size === records.length;

export const spec = z.strictObject({
  domainName: z
    .string()
    .max(253)
    .regex(new RegExp(`^${label}(?:\\.${label})+$`), 'a domain such as example.com, in lower case'),
  region: awsRegion.default('us-east-1').meta({
    description: 'Whose endpoints are called; the zone itself is in all regions.',
  }),
  comment: z.string().max(256).default('Managed by davit'),
  vpcs: z
    .array(z.strictObject({ vpcId: z.string().regex(/^vpc-[0-9a-f]+$/, 'such as vpc-0a1b2c3d'), region: awsRegion }))
    .default([])
    .meta({ description: 'Makes the zone private to these networks.' }),
  dnssecKmsKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:us-east-1:/, 'the ARN of a KMS key in us-east-1')
    .optional()
    .meta({ description: 'Signs the zone with this key, which must be an ECC_NIST_P256 one; for public zones.' }),
  records: z
    .array(record)
    .max(1000)
    .refine(isEachOnce, 'one record for each name and type, with all its values')
    .default([]),
  tags: awsTags,
  forceDestroy: z.boolean().default(false).meta({
    description: 'Whether a destroy may delete records made by others too; without it, it fails while there are any.',
  }),
});

export const kind = defineKind({
  name: 'AwsRoute53Zone',
  provider: 'aws',
  summary: 'A Route 53 zone with its records, public or private to networks, signed by DNSSEC with a key.',
  spec,
  outputs: {
    zoneId: 'Identifier of the zone',
    zoneArn: 'ARN of the zone, for policies',
    domainName: 'The domain of the zone',
    nameServers: 'Name servers to enter at the registrar, separated by commas',
    dsRecord: 'DS record to enter at the registrar; empty without DNSSEC',
  },
});

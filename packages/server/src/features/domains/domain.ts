import { z } from 'zod';

const host = z
  .string()
  .min(1)
  .max(253)
  .meta({ description: 'A host name such as `www.example.com`.', examples: ['www.example.com'] });
const redirectTo = host
  .nullable()
  .meta({ description: 'Another domain of the same service, to which all requests are sent on; null: none.' });
const forceHttps = z
  .boolean()
  .meta({ description: 'Sends requests without TLS to https, once there is a certificate.' });

export const createDomainBody = z
  .strictObject({ host, redirectTo: redirectTo.default(null), forceHttps: forceHttps.default(true) })
  .meta({ id: 'CreateDomain' });
export type CreateDomain = z.output<typeof createDomainBody>;

export const updateDomainBody = z
  .strictObject({ redirectTo: redirectTo.optional(), forceHttps: forceHttps.optional() })
  .meta({ id: 'UpdateDomain' });
export type UpdateDomain = z.output<typeof updateDomainBody>;

const record = z.strictObject({ type: z.enum(['CNAME', 'TXT', 'A']), name: z.string(), value: z.string() });

const certificate = z.strictObject({
  state: z.enum(['unavailable', 'pending', 'valid', 'expiring', 'expired', 'failed']).meta({
    description: '`unavailable`: the proxy of this installation has no TLS. `expiring`: in less than 14 days.',
  }),
  expiresAt: z.iso.datetime().nullable(),
  issuer: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What is wrong, and what to do.' }),
});

export const domainSchema = z
  .strictObject({
    id: z.string(),
    serviceId: z.string(),
    host: z.string(),
    url: z.string(),
    state: z.enum(['pending', 'verifying', 'active', 'failed']).meta({
      description:
        '`pending`: its records are not seen yet, and are looked for again and again. `failed`: they were not seen for a week, or a verified domain no longer leads here.',
    }),
    isServed: z
      .boolean()
      .meta({ description: 'Requests for it are answered: also for a week after its DNS went wrong.' }),
    redirectTo: z.string().nullable(),
    forceHttps: z.boolean(),
    records: z.array(record).meta({ description: 'What its DNS must have.' }),
    seen: z.string().nullable().meta({ description: 'What DNS said at the last check.' }),
    advice: z.string().nullable().meta({ description: 'What to change; null: nothing.' }),
    certificate,
    checkedAt: z.iso.datetime().nullable(),
    nextCheckAt: z.iso.datetime().nullable(),
    verifiedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Domain' });
export type Domain = z.output<typeof domainSchema>;

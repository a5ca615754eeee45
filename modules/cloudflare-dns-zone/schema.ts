import { z } from 'zod';
import { cloudflareId } from '../cloudflare-fields.ts';
import { defineKind } from '../kind-definition.ts';

const domain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/, 'a domain such as example.com');

/** What the content of a record looks like, where a form is known. */
const contentForms: Readonly<Record<string, { readonly form: RegExp; readonly words: string }>> = {
  A: { form: /^\d{1,3}(?:\.\d{1,3}){3}$/, words: 'an IPv4 address' },
  AAAA: { form: /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/, words: 'an IPv6 address' },
  CAA: { form: /^\d{1,3} [a-z0-9]+ \S.*$/, words: 'flags, tag and value: 0 issue letsencrypt.org' },
  SRV: { form: /^\d{1,5} \d{1,5} \S+$/, words: 'weight, port and target: 5 5060 sip.example.com' },
};
const proxiable = ['A', 'AAAA', 'CNAME'];
const prioritized = ['MX', 'SRV'];

const record = z
  .strictObject({
    type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'CAA', 'SRV']),
    name: z
      .string()
      .regex(
        /^(?:@|(?:\*|[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*)$/,
        '@ or a name below the zone',
      )
      .meta({ description: 'Below the zone: www; @ is the zone itself.' }),
    content: z.string().min(1).max(4096).meta({
      description: 'Of CAA: flags, tag and value. Of SRV: weight, port and target. Of TXT: the text, without quotes.',
    }),
    priority: z.int().min(0).max(65_535).optional().meta({ description: 'Of MX and SRV.' }),
    ttl: z
      .union([z.literal(1), z.int().min(60).max(86_400)])
      .default(1)
      .meta({ description: 'Seconds; 1 leaves it to Cloudflare.' }),
    proxied: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether traffic goes by way of Cloudflare (A, AAAA, CNAME).' }),
  })
  .superRefine(({ type, content, priority, proxied, ttl }, context) => {
    const complain = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    const known = contentForms[type];
    if (known !== undefined && !known.form.test(content)) complain('content', `${known.words} is expected`);
    if (prioritized.includes(type) && priority === undefined) complain('priority', `${type} needs a priority`);
    if (!prioritized.includes(type) && priority !== undefined) complain('priority', `${type} has no priority`);
    if (proxied && !proxiable.includes(type)) complain('proxied', `${type} cannot be proxied`);
    if (proxied && ttl !== 1) complain('ttl', 'a proxied record has the time that Cloudflare chooses');
  });

export const spec = z.strictObject({
  accountId: cloudflareId.optional().meta({ description: 'The credential’s account when it is left out.' }),
  domain: domain.meta({ description: 'The zone’s name.' }),
  dnssec: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether answers are signed; the registrar needs the record in the output dsRecord.' }),
  minTlsVersion: z.enum(['1.2', '1.3']).default('1.2').meta({ description: 'Of connections to proxied records.' }),
  records: z.array(record).max(1000).default([]),
  deletionProtection: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a destroy is refused: without its zone, nothing below the domain is found.' }),
});

export const kind = defineKind({
  name: 'CloudflareDnsZone',
  provider: 'cloudflare',
  summary: 'A signed DNS zone with its records; proxied ones by TLS only.',
  spec,
  outputs: {
    zoneId: 'Identifier of the zone',
    domain: 'Name of the zone',
    nameServers: 'Name servers that the registrar must name for the domain',
    dsRecord: 'The DS record for the registrar; empty without DNSSEC',
  },
});

import type { z } from 'zod';
import type { spec } from './schema.ts';

type DnsRecord = z.output<typeof spec>['records'][number];

/** In quotes, in parts of at most 255 characters (RFC 1035, 3.3.14): the form in which Cloudflare gives a text back. */
function quotedText(text: string): string {
  const parts = text.match(/[\s\S]{1,255}/g) ?? [];
  return parts.map((part) => `"${part.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(' ');
}

/** Cloudflare takes the parts of CAA and SRV records by name. */
function contentArgs({ type, content, priority }: DnsRecord): Record<string, unknown> {
  if (type === 'TXT') return { content: quotedText(content) };
  if (type === 'MX') return { content, priority };
  const [first = '', second = '', ...rest] = content.split(' ');
  if (type === 'CAA') return { data: { flags: first, tag: second, value: rest.join(' ') } };
  if (type === 'SRV')
    return { priority, data: { priority, weight: Number(first), port: Number(second), target: rest.join(' ') } };
  return { content };
}

/** The arguments of each record by the name of its resource, which stays when another record is added or its own content changes. */
export function recordArgs(domain: string, records: readonly DnsRecord[]): Map<string, Record<string, unknown>> {
  const byName = new Map<string, Record<string, unknown>>();
  for (const record of records) {
    // Cloudflare gives names back in full: one below the zone alone would look like a change at each refresh.
    const name = record.name === '@' ? domain : `${record.name}.${domain}`;
    const base = `${record.type}-${name}`;
    let resource = base;
    for (let number = 2; byName.has(resource); number += 1) resource = `${base}-${number}`;
    byName.set(resource, {
      name,
      type: record.type,
      ttl: record.ttl,
      proxied: record.proxied,
      comment: 'davit',
      ...contentArgs(record),
    });
  }
  return byName;
}

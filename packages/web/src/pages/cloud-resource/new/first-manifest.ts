import type { KindDetail } from '../../../data/use-kinds.ts';
import { asYaml } from '../manifest/manifest-schema.ts';

/** What a new manifest begins with: the sample of its kind, else its envelope with the fields that must be there. */
export function firstManifest({ name, sample, fields }: Pick<KindDetail, 'name' | 'sample' | 'fields'>): string {
  if (sample !== null) return sample;
  const needed = fields.filter(({ path, required }) => required && !path.includes('.'));
  const lines = needed.map(
    ({ path, default: value }) =>
      `  ${path}:${value === undefined || typeof value === 'object' ? ' ' : ` ${asYaml(value)}`}`,
  );
  const spec = lines.length === 0 ? 'spec: {}' : ['spec:', ...lines].join('\n');
  return `apiVersion: v1\nkind: ${name}\nmetadata:\n  name: my-${name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase()}\n${spec}\n`;
}

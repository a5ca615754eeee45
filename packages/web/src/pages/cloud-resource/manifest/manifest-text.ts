import { stringify } from 'yaml';

interface Written {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly labels?: object };
  readonly spec?: unknown;
}

/** A manifest as davit keeps it, as YAML in the order in which people write it. Labels that are not there are left out. */
export function manifestText(manifest: Readonly<Record<string, unknown>>): string {
  const { apiVersion, kind, metadata = {}, spec, ...rest } = manifest as Written & Record<string, unknown>;
  const { labels = {}, ...named } = metadata;
  const kept = Object.keys(labels).length === 0 ? named : { ...named, labels };
  return stringify({ apiVersion, kind, metadata: kept, spec, ...rest }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The kind that a manifest's text names; undefined while none is written. */
export function kindIn(text: string): string | undefined {
  return /^kind:[ \t]*["']?([A-Z][A-Za-z0-9]{1,62})["']?[ \t]*(?:#.*)?$/m.exec(text)?.[1];
}

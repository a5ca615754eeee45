import { z } from 'zod';
import type { JsonValue } from '../../platform/runs/run-kind.ts';
import type { Kind } from './kind.ts';
import type { ValueReference } from './value-reference.ts';

const labelKey = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Names of cloud resources: what all providers take as a part of a name. */
const cloudResourceName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes, at most 63');

/** The envelope of every manifest; the `spec` is its kind's to judge. */
export const manifestSchema = z.strictObject({
  apiVersion: z
    .string()
    .regex(/^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+\/)?v1$/, '"v1", or GROUP/v1 such as aws.project-planton.org/v1'),
  kind: z.string(),
  metadata: z.strictObject({
    name: cloudResourceName,
    labels: z.record(z.string().regex(labelKey, 'a label’s name'), z.string().max(255)).default({}),
  }),
  spec: z.record(z.string(), z.json()).default({}),
});

/** A manifest as it is stored: its `spec` as it was written, with references and without defaults. */
export type Manifest = z.output<typeof manifestSchema>;

/** A manifest that was read, with what it says of other resources. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly kind: Kind;
  readonly references: readonly ValueReference[];
  /** An error about this place of the text. */
  refuse(path: readonly PropertyKey[], message: string): Error;
}

/** A kind and a name, as one text. */
export function resourceKey({ kind, name }: { kind: string; name: string }): string {
  return `${kind}/${name}`;
}

/** A manifest with its defaults, as a module is given it. @throws ZodError when a value that was referred to does not fit */
export function completeManifest(manifest: Manifest, kind: Kind, spec: JsonValue): Manifest {
  return { ...manifest, spec: kind.spec.parse(spec) as Manifest['spec'] };
}

import { z } from 'zod';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { JsonValue } from '../../platform/runs/run-kind.ts';
import {
  completeManifest,
  findValueReferences,
  type Kind,
  type Manifest,
  replaceValueReferences,
} from '../kinds/index.ts';
import { cloudResourceErrors } from './cloud-resource-errors.ts';
import { findByName } from './cloud-resource-store.ts';
import { findOutput } from './output-store.ts';

/** A manifest with its defaults and the values of other resources, and which of those are secret. */
export interface CompleteManifest {
  readonly target: Manifest;
  readonly secrets: readonly string[];
}

/**
 * Puts in what a manifest takes from other resources, and its defaults.
 *
 * @throws AppError CLOUD_RESOURCE_VALUE_MISSING, CLOUD_RESOURCE_SPEC_INVALID
 */
export async function completeTarget(
  { db, secretBox }: { db: Db; secretBox: SecretBox },
  resource: { organizationId: string; environmentId: string | null; manifest: Manifest },
  kind: Kind,
): Promise<CompleteManifest> {
  const { organizationId, environmentId, manifest } = resource;
  const values = new Map<string, JsonValue>();
  const secrets: string[] = [];
  for (const { path, kind: otherKind, name, output } of findValueReferences(manifest.spec).references) {
    const other = await findByName(db, organizationId, { kind: otherKind, name, environmentId });
    const found = other === undefined ? undefined : await findOutput(db, secretBox, other, output);
    if (found === undefined) {
      const why =
        other === undefined ? `there is no ${otherKind}/${name}` : `${otherKind}/${name} has no output "${output}"`;
      throw cloudResourceErrors.CLOUD_RESOURCE_VALUE_MISSING({ message: `spec.${path.join('.')}: ${why}.` });
    }
    values.set(path.join('\0'), found.value as JsonValue);
    if (found.secret && typeof found.value === 'string') secrets.push(found.value);
  }
  const spec = replaceValueReferences(manifest.spec, ({ path }) => values.get(path.join('\0')) ?? null);
  try {
    return { target: completeManifest(manifest, kind, spec), secrets };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const message = `spec.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`;
    throw cloudResourceErrors.CLOUD_RESOURCE_SPEC_INVALID({ message });
  }
}

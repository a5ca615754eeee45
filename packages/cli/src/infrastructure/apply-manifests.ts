import { type ApiClient, type Schemas, unwrap } from '@davit/api';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import type { Connection } from '../session/connection.ts';
import { getEnvironment } from '../session/find-environment.ts';
import { explainManifestError } from './explain-manifest-error.ts';
import type { GraphStep } from './follow-graph.ts';
import { type ManifestText, readManifests } from './read-manifests.ts';

/** How commands about several manifests show what is done. */
export interface ManifestsOptions {
  detach?: boolean | undefined;
  verbose?: boolean | undefined;
  /** Where new resources belong: NAME, PROJECT/NAME or id of an environment. */
  environment?: string | undefined;
}

/** Manifests that are stored. */
export interface AppliedManifests {
  readonly connection: Connection;
  /** In the order of their deployment: each after those whose outputs it needs. */
  readonly steps: readonly GraphStep[];
  /** `KIND/NAME` of a resource. */
  readonly nameOf: (id: string) => string;
}

/** A resource of a manifest as KIND/NAME, and those of the other manifests whose outputs it needs. */
export interface OrderedManifest {
  readonly name: string;
  readonly after: readonly string[];
}

/** The order in which manifests can be deployed, without storing them. @throws CliError with the places of what is wrong, ApiError */
export async function validateManifests(api: ApiClient, manifests: ManifestText): Promise<Schemas['ManifestOrder']> {
  const validated = unwrap(api.POST('/v1/manifests/validate', { body: { manifest: manifests.text } }));
  return await validated.catch((error: unknown) => {
    throw explainManifestError(error, manifests);
  });
}

/** Each after those that it needs. @throws CliError with the places of what is wrong, ApiError */
export async function orderOf(api: ApiClient, manifests: ManifestText): Promise<OrderedManifest[]> {
  const all = (await validateManifests(api, manifests)).waves.flat();
  const names = new Set(all.map(({ kind, name }) => `${kind}/${name}`));
  return all.map(({ kind, name, dependsOn }) => ({
    name: `${kind}/${name}`,
    after: dependsOn.filter((other) => names.has(other)),
  }));
}

/** Somebody has to wait for one before what comes after it is begun. @throws CliError */
export function assertNoneWaits(steps: readonly Pick<GraphStep, 'after'>[]): void {
  if (steps.every(({ after }) => after.length === 0)) return;
  throw wrongUsage('Some of these wait for others, so that --detach cannot be.', {
    hint: 'Leave it out; Ctrl-C asks whether to detach from the one that is under way.',
  });
}

/** Stores the manifests of a file or a folder; nothing is deployed yet. @throws CliError, ApiError */
export async function applyManifests(
  context: Context,
  path: string,
  { environment }: Pick<ManifestsOptions, 'environment'>,
  assertOrder: (steps: readonly Pick<GraphStep, 'after'>[]) => void = () => undefined,
): Promise<AppliedManifests> {
  const manifests = await readManifests(path);
  const connection = await context.connect();
  const { api } = connection;
  const ordered = await orderOf(api, manifests);
  assertOrder(ordered);
  const environmentId = environment === undefined ? undefined : (await getEnvironment(api, environment)).environment.id;
  const body = { manifest: manifests.text, ...(environmentId !== undefined && { environmentId }) };
  const { resources } = await unwrap(api.POST('/v1/cloud-resources', { body }));
  const ids = new Map(resources.map(({ resource: { id, kind, name } }) => [`${kind}/${name}`, id]));
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const idsOf = (of: readonly string[]) => of.flatMap((name) => ids.get(name) ?? []);
  const steps = ordered.flatMap(({ name, after }) => idsOf([name]).map((id) => ({ id, after: idsOf(after) })));
  return { connection, steps, nameOf: (id) => names.get(id) ?? id };
}

import type { z } from 'zod';

/** Whose credential a kind needs; null for one that needs none. `davit`: it calls davit, as who asked for the update. */
export type KindProvider =
  | 'gcp'
  | 'aws'
  | 'azure'
  | 'cloudflare'
  | 'mongodb_atlas'
  | 'confluent'
  | 'snowflake'
  | 'digitalocean'
  | 'civo'
  | 'kubernetes'
  | 'docker_registry'
  | 'davit'
  | null;

/** A kind of cloud resource: what a manifest may say, and what a deployment of it gives. */
export interface KindDefinition {
  /** As manifests write it: `AwsS3Bucket`. */
  readonly name: string;
  readonly provider: KindProvider;
  /** One line. */
  readonly summary: string;
  /** Of the manifest's `spec`. Unknown fields are refused; what is left out gets its default. */
  readonly spec: z.ZodObject;
  /** What the module returns, by name, in words. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Keeps the types of a definition while it is checked. */
export function defineKind<const D extends KindDefinition>(definition: D): D {
  return definition;
}

/** What a module is given, also as YAML in `STACK_INPUT_YAML`. */
export interface StackInput<Spec = Record<string, unknown>> {
  readonly target: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
    readonly spec: Spec;
  };
  /** The credential's fields under their names in the contract; empty for kinds without a provider. */
  readonly provider_config: Readonly<Record<string, unknown>>;
}

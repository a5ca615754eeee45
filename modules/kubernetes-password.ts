import { randomBytes } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import type { CreateObject } from './kubernetes-resources.ts';
import { providerResource } from './provider-resource.ts';

/** A password in a Secret, known to the state in encrypted form only. */
export interface PasswordSecret {
  /** Name of the Secret, for pods. */
  readonly secretName: string;
  /** Marked as secret. */
  readonly password: pulumi.Output<string>;
  /** What must be there before the pods. */
  readonly resource: pulumi.Resource;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/**
 * The Secret that the manifest names, or one made with a random password.
 *
 * A password is drawn at each run and thrown away but in the first one: changes of `data` are ignored, so that the engine goes on with
 * what the state has. `data` and not `stringData`, since the plugin turns one into the other and would then see no data at all.
 *
 * @param entries what else the Secret holds, made of the password; an existing Secret must have it too
 * @param keep whether the Secret stays in the cluster when the resource is destroyed: data without its password is lost
 */
export function passwordSecret(
  { create, ofProvider }: { create: CreateObject; ofProvider: pulumi.CustomResourceOptions },
  at: { readonly name: string; readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  existing: string | undefined,
  { entries = () => ({}), keep }: { entries?: (password: string) => Record<string, string>; keep: boolean },
): PasswordSecret {
  const outputs = ['data'] as const;
  const additionalSecretOutputs = ['data', 'stringData'];
  const secretName = existing ?? at.name;
  let resource: pulumi.CustomResource & { readonly data: pulumi.Output<unknown> };
  if (existing === undefined) {
    const drawn = randomBytes(24).toString('base64url');
    const data = Object.entries({ password: drawn, ...entries(drawn) }).map(([key, text]) => [key, base64(text)]);
    resource = create(
      'v1',
      'Secret',
      { metadata: at, type: 'Opaque', data: pulumi.secret(Object.fromEntries(data) as Record<string, string>) },
      { outputs, additionalSecretOutputs, ignoreChanges: ['data'], retainOnDelete: keep },
    );
  } else {
    const id = `${at.namespace}/${existing}`;
    const options = { ...ofProvider, id, outputs, additionalSecretOutputs };
    resource = providerResource('kubernetes:core/v1:Secret', existing, {}, options);
  }
  const found = resource.data as pulumi.Output<Record<string, string> | undefined>;
  const password = pulumi.secret(found).apply((data) => {
    const encoded = data?.['password'];
    if (encoded === undefined) throw new Error(`The Secret ${secretName} has no key "password".`);
    return Buffer.from(encoded, 'base64').toString('utf8');
  });
  return { secretName, password, resource };
}

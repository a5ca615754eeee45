import { configuration } from '../connection.ts';
import { functionTypes, resourceTypes } from '../resources.ts';
import type { JsonSchema } from './json-schema.ts';
import { createTypeTable, type PropertySpec, type TypeSpec } from './property-spec.ts';

/** Of the provider, as the engine and its schema tell it. */
export const version = '0.1.0';

interface ObjectSpec {
  readonly type?: 'object';
  readonly description?: string;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

export interface ResourceSpec extends ObjectSpec {
  readonly description: string;
  readonly inputProperties: Readonly<Record<string, PropertySpec>>;
  readonly requiredInputs: readonly string[];
}

export interface FunctionSpec {
  readonly description: string;
  readonly inputs: ObjectSpec;
  readonly outputs: ObjectSpec;
}

/** As much of Pulumi's schema of packages as this one has (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema). */
export interface PackageSchema {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly license: string;
  readonly config: { readonly variables: Readonly<Record<string, PropertySpec>> };
  readonly provider: Omit<ResourceSpec, 'description'>;
  readonly types: Readonly<Record<string, TypeSpec>>;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
}

type Fields = Readonly<Record<string, JsonSchema>>;

/** Made of the types of resources: what the provider does and what is told of it cannot differ. */
export function packageSchema(): PackageSchema {
  const table = createTypeTable();
  const specs = (owner: string, fields: Fields, secrets: readonly string[] = []): Record<string, PropertySpec> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, schema]) => {
        const spec = table.property(owner, name, schema);
        return [name, secrets.includes(name) ? { ...spec, secret: true } : spec];
      }),
    );
  const resources = resourceTypes.map((type) => {
    const inputs = specs(type.name, type.inputs, type.secrets);
    const replaced = Object.entries(inputs).map(([name, spec]) =>
      type.replaces.includes(name) ? [name, { ...spec, willReplaceOnChanges: true }] : [name, spec],
    );
    const spec: ResourceSpec = {
      description: type.description,
      properties: { ...inputs, ...specs(type.name, type.outputs) },
      required: [
        ...new Set([...('name' in type.inputs ? ['name'] : []), ...type.required, ...Object.keys(type.outputs)]),
      ],
      inputProperties: Object.fromEntries(replaced) as Record<string, PropertySpec>,
      requiredInputs: type.required,
    };
    return [`davit:index:${type.name}`, spec] as const;
  });
  const functions = functionTypes.map((type) => {
    const spec: FunctionSpec = {
      description: type.description,
      inputs: { properties: specs(type.name, type.inputs), required: type.required },
      outputs: { properties: specs(type.name, type.outputs), required: Object.keys(type.outputs) },
    };
    return [`davit:index:${type.name}`, spec] as const;
  });
  const variables = specs('Provider', configuration.inputs, configuration.secrets);
  return {
    name: 'davit',
    version,
    displayName: 'davit',
    description: 'Projects, environments, services and variables of a davit platform.',
    license: 'Apache-2.0',
    config: { variables },
    provider: { properties: variables, required: [], inputProperties: variables, requiredInputs: [] },
    resources: Object.fromEntries(resources),
    functions: Object.fromEntries(functions),
    types: table.types(),
  };
}

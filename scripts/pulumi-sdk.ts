type Schema = ReturnType<typeof import('@davit/pulumi/schema').packageSchema>;
type Property = Schema['config']['variables'][string];
type Properties = Readonly<Record<string, Property>>;

const bare = (token: string): string => token.slice(token.lastIndexOf(':') + 1);
const comment = (text: string | undefined): string => (text === undefined ? '' : `/** ${text} */\n`);

/** `input`: every value may be an output of another resource. */
function typeOf(property: Property, input: boolean): string {
  const wrap = (type: string) => (input ? `pulumi.Input<${type}>` : type);
  if (property.$ref !== undefined) return wrap(`${bare(property.$ref)}${input ? 'Args' : ''}`);
  if (property.items !== undefined) return wrap(`Array<${typeOf(property.items, input)}>`);
  if (property.additionalProperties !== undefined) {
    return wrap(`Record<string, ${typeOf(property.additionalProperties, input)}>`);
  }
  return wrap(property.type === 'integer' ? 'number' : (property.type ?? 'unknown'));
}

function fields(properties: Properties, required: readonly string[], input: boolean): string {
  const lines = Object.entries(properties).map(([name, property]) => {
    const isRequired = required.includes(name);
    const type = `${typeOf(property, input)}${isRequired ? '' : input ? ' | undefined' : ' | undefined'}`;
    return `${comment(property.description)}${input ? '' : 'readonly '}${name}${isRequired ? '' : '?'}: ${type};`;
  });
  return lines.join('\n');
}

function namedTypes(types: Schema['types']): string[] {
  return Object.entries(types).flatMap(([token, type]) => {
    const name = bare(token);
    if (type.enum !== undefined) {
      const union = type.enum.map(({ value }) => JSON.stringify(value)).join(' | ');
      return [`export type ${name} = ${union};`, `export type ${name}Args = ${name};`];
    }
    const { properties = {}, required = [] } = type;
    return [
      `export interface ${name}Args {\n${fields(properties, required, true)}\n}`,
      `export interface ${name} {\n${fields(properties, required, false)}\n}`,
    ];
  });
}

function resourceClass(token: string, spec: Schema['resources'][string]): string {
  const name = bare(token);
  const outputs = Object.entries(spec.properties).map(([property, each]) => {
    const type = typeOf(each, false) + (spec.required.includes(property) ? '' : ' | undefined');
    return `${comment(each.description)}declare readonly ${property}: pulumi.Output<${type}>;`;
  });
  const facts = {
    outputs: Object.keys(spec.properties),
    secrets: Object.entries(spec.inputProperties).flatMap(([property, { secret }]) => (secret ? [property] : [])),
  };
  const optional = spec.requiredInputs.length === 0 ? ' = {}' : '';
  return `export interface ${name}Args {\n${fields(spec.inputProperties, spec.requiredInputs, true)}\n}

${comment(spec.description)}export class ${name} extends DavitResource {
${outputs.join('\n')}

constructor(name: string, args: ${name}Args${optional}, options: pulumi.CustomResourceOptions = {}) {
  super('${name}', name, args, ${JSON.stringify(facts)}, options);
}
}`;
}

function functionOf(token: string, { description, inputs, outputs }: Schema['functions'][string]): string {
  const name = bare(token);
  const type = name.slice(0, 1).toUpperCase() + name.slice(1);
  return `export interface ${type}Result {\n${fields(outputs.properties, outputs.required, false)}\n}

${comment(description)}export function ${name}(args: { ${fields(inputs.properties, inputs.required, true)} }, options: pulumi.InvokeOutputOptions = {}): pulumi.Output<${type}Result> {
  return pulumi.runtime.invokeOutput<${type}Result>('${token}', args, options);
}`;
}

/** The source text of the SDK that a schema describes. */
export function pulumiSdk(schema: Schema): string {
  return [
    '// Written by scripts/generate-pulumi-sdk.ts from the provider’s schema: do not edit.',
    "import * as pulumi from '@pulumi/pulumi';\nimport { DavitResource } from './davit-resource.ts';",
    ...namedTypes(schema.types),
    `export interface ProviderArgs {\n${fields(schema.provider.inputProperties, schema.provider.requiredInputs, true)}\n}`,
    `/** One davit: resources name it by the option \`provider\`. */
export class Provider extends pulumi.ProviderResource {
constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
  super('davit', name, { ...args, ...(args.token === undefined ? {} : { token: pulumi.secret(args.token) }) }, options);
}
}`,
    ...Object.entries(schema.resources).map(([token, spec]) => resourceClass(token, spec)),
    ...Object.entries(schema.functions).map(([token, spec]) => functionOf(token, spec)),
    '',
  ].join('\n\n');
}

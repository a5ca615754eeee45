import * as pulumi from '@pulumi/pulumi';

/** What the classes of the SDK have in common: generated, they only say their names and types. */
export class DavitResource extends pulumi.CustomResource {
  constructor(
    type: string,
    name: string,
    args: object | undefined,
    facts: { readonly outputs: readonly string[]; readonly secrets: readonly string[] },
    options: pulumi.CustomResourceOptions,
  ) {
    const unknownYet = Object.fromEntries(facts.outputs.map((output) => [output, undefined]));
    const given = Object.entries(args ?? {}).map(([key, value]) => [
      key,
      facts.secrets.includes(key) && value !== undefined ? pulumi.secret(value) : value,
    ]);
    const merged = pulumi.mergeOptions(options, { additionalSecretOutputs: [...facts.secrets] });
    super(`davit:index:${type}`, name, { ...unknownYet, ...Object.fromEntries(given) }, merged);
  }
}

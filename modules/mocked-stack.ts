import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from './kind-definition.ts';

/** What a module registered while it ran on Pulumi's mocks, and what it returned. */
export interface MockedStack {
  /** All types, sorted. */
  types(): string[];
  /** The arguments of the one resource of this type. */
  argsOf(type: string): Record<string, unknown>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Program = (input: StackInput) => Promise<Record<string, pulumi.Output<unknown>>>;

/** Of an output on mocks, which is never unknown. */
const resolved = (output: pulumi.Output<unknown>): Promise<unknown> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });

/** Runs a module on Pulumi's mocks: an output of a resource that the module asks for is named after both. */
export async function mockStack(
  program: Program,
  manifest: { kind: string; name: string; spec: Record<string, unknown> },
  /** What the provider tells of resources, by their type, beyond their arguments. */
  told: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<MockedStack> {
  const resources: { type: string; args: Record<string, unknown> }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const args = inputs as Record<string, unknown>;
        resources.push({ type, args });
        return { id: `${name}-id`, state: { arn: `arn-of-${name}`, ...told[type], ...args } };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    'modules',
    'test',
    false,
  );
  const { kind, name, spec } = manifest;
  const target = { apiVersion: 'v1', kind, metadata: { name, labels: {} }, spec };
  const returned = await program({ target, provider_config: {} });
  const outputs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(returned)) outputs[key] = await resolved(value);
  await pulumi.runtime.disconnect();
  return {
    types: () => resources.map(({ type }) => type).sort(),
    argsOf(type) {
      const [only, ...more] = resources.filter((resource) => resource.type === type);
      if (only === undefined || more.length > 0)
        throw new Error(`${more.length + (only ? 1 : 0)} resources of ${type}`);
      return only.args;
    },
    outputs,
  };
}

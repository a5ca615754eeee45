import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from './kind-definition.ts';

/** The options of a resource that keep it, or its fields, as they are. */
export interface Protection {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
}

/** Pulumi's `RegisterResourceRequest`, as far as options are looked at. */
interface Registration {
  getType(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
}

/** Pulumi's mocks tell of arguments only: options are seen on their way to the monitor. */
function watchRegistrations(): Registration[] {
  const seen: Registration[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Registration, callback: unknown): unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    seen.push(request);
    return register(request, callback);
  };
  return seen;
}

/** What a module registered while it ran on Pulumi's mocks, and what it returned. */
export interface MockedStack {
  /** All types, sorted. */
  types(): string[];
  /** The arguments of the one resource of this type. */
  argsOf(type: string): Record<string, unknown>;
  /** The arguments of all resources of this type, in the order of their registration. */
  allArgsOf(type: string): Record<string, unknown>[];
  /** What keeps the one resource of this type from being changed or deleted. */
  protectionOf(type: string): Protection;
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Program = (input: StackInput) => Promise<Record<string, pulumi.Output<unknown>>>;

/** Of an output on mocks, which is never unknown. */
const resolved = (output: pulumi.Output<unknown>): Promise<unknown> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });

function onlyOne<T>(type: string, found: readonly T[]): T {
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} resources of ${type}`);
  return first;
}

/** Runs a module on Pulumi's mocks: an output of a resource that the module asks for is named after both. */
export async function mockStack(
  program: Program,
  manifest: { kind: string; name: string; spec: Record<string, unknown> },
  /** What the provider tells of resources, by their type, beyond their arguments; and what it answers to calls. */
  told: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  /** The credential's fields. */
  credential: StackInput['provider_config'] = {},
): Promise<MockedStack> {
  const resources: { type: string; args: Record<string, unknown> }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const args = inputs as Record<string, unknown>;
        resources.push({ type, args });
        return { id: `${name}-id`, state: { arn: `arn-of-${name}`, ...args, ...told[type] } };
      },
      call: ({ token, inputs }) => ({ ...(inputs as Record<string, unknown>), ...told[token] }),
    },
    'modules',
    'test',
    false,
  );
  const registrations = watchRegistrations();
  const { kind, name, spec } = manifest;
  const target = { apiVersion: 'v1', kind, metadata: { name, labels: {} }, spec };
  const returned = await program({ target, provider_config: credential });
  const outputs: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(returned)) outputs[key] = await resolved(value);
  await pulumi.runtime.disconnect();
  return {
    types: () => resources.map(({ type }) => type).sort(),
    argsOf: (type) =>
      onlyOne(
        type,
        resources.filter((resource) => resource.type === type),
      ).args,
    allArgsOf: (type) => resources.filter((resource) => resource.type === type).map(({ args }) => args),
    protectionOf(type) {
      const only = onlyOne(
        type,
        registrations.filter((registration) => registration.getType() === type),
      );
      return {
        protect: only.getProtect(),
        retainOnDelete: only.getRetainondelete(),
        ignoreChanges: only.getIgnorechangesList(),
      };
    },
    outputs,
  };
}

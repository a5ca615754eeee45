import { createHash } from 'node:crypto';
import type { ApiClient } from '@davit/api';
import { checkInputs, type Failure } from './check-inputs.ts';
import { compareInputs, type Difference } from './compare-inputs.ts';
import { type ConnectionSettings, configuration, connect } from './connection.ts';
import { type CallContext, type FunctionType, type ResourceType, unknownValue, type Values } from './resource-type.ts';
import { functionTypes, resourceTypes } from './resources.ts';
import { hasUnknown } from './server/pulumi-values.ts';

/** `urn:pulumi:stack::project::parent$davit:index:Service::name`. */
function parseUrn(urn: string): { type: string; name: string } {
  const [, , types = '', ...name] = urn.split('::');
  return { type: types.slice(types.lastIndexOf('$') + 1), name: name.join('::') };
}

function findType<T extends { name: string }>(types: readonly T[], token: string): T {
  const found = types.find(({ name }) => token === `davit:index:${name}` || token === `davit:index/${name}:${name}`);
  if (found === undefined)
    throw new Error(`There is no ${token}; there are ${types.map(({ name }) => name).join(', ')}.`);
  return found;
}

const asUnknown = (names: Iterable<string>): Values =>
  Object.fromEntries([...names].map((name) => [name, unknownValue]));

/** The engine shows the value of the property that a failure names: of a secret one it must not. */
function withoutValue({ secrets }: ResourceType, { property, reason }: Failure): Failure {
  const isSecret = secrets.includes(property.split('.')[0] ?? '');
  return isSecret ? { property: '', reason: `${property}: ${reason}` } : { property, reason };
}

export type Provider = ReturnType<typeof createProvider>;

/** What the plugin does, on plain values; the engine's protocol is the server's business. */
export function createProvider(environment: ConnectionSettings) {
  let settings = environment;
  let api: ApiClient | undefined;

  function contextOf(signal: AbortSignal): CallContext {
    api ??= connect(settings);
    return { api, signal };
  }

  const typeOf = (urn: string): ResourceType => findType(resourceTypes, parseUrn(urn).type);

  return {
    typeOf,

    checkConfiguration(values: Values): Failure[] {
      const { version: _, ...rest } = values;
      return checkInputs(configuration, rest);
    },

    /** What is not configured is taken from the environment. Nothing is called yet: a preview may not know the address. */
    configure(values: Values): void {
      const text = (name: 'url' | 'token') => (typeof values[name] === 'string' ? values[name] : environment[name]);
      settings = { url: text('url'), token: text('token') };
      api = undefined;
    },

    check(urn: string, news: Values): { inputs: Values; failures: readonly Failure[] } {
      const type = typeOf(urn);
      const inputs = 'name' in type.inputs ? { name: parseUrn(urn).name, ...news } : news;
      const failures = [...checkInputs(type, inputs), ...(type.check?.(inputs) ?? [])];
      return { inputs, failures: failures.map((failure) => withoutValue(type, failure)) };
    },

    diff: (urn: string, olds: Values, news: Values): Difference => compareInputs(typeOf(urn), olds, news),

    /** In a preview nothing is made, and what davit would tell is not known. */
    previewCreate(urn: string, inputs: Values): Values {
      return { ...inputs, ...asUnknown(Object.keys(typeOf(urn).outputs)) };
    },

    previewUpdate(urn: string, inputs: Values, state: Values): Values {
      const { outputs, changing } = typeOf(urn);
      const kept = Object.fromEntries(Object.keys(outputs).map((name) => [name, state[name]]));
      return { ...kept, ...inputs, ...asUnknown(changing) };
    },

    async create(urn: string, inputs: Values, signal: AbortSignal): Promise<{ id: string; outputs: Values }> {
      // The same in every try of this creation, also with another token; no secret goes into it.
      const creationKey = createHash('sha256').update(`pulumi ${urn}`).digest('base64url');
      return await typeOf(urn).create({ ...contextOf(signal), urn, creationKey }, inputs);
    },

    read: (urn: string, id: string, inputs: Values | undefined, state: Values, signal: AbortSignal) =>
      typeOf(urn).read(contextOf(signal), id, inputs, state),

    update: (urn: string, id: string, olds: Values, news: Values, state: Values, signal: AbortSignal) =>
      typeOf(urn).update(contextOf(signal), id, olds, news, state),

    delete: (urn: string, id: string, signal: AbortSignal) => typeOf(urn).delete(contextOf(signal), id),

    async invoke(
      token: string,
      values: Values,
      signal: AbortSignal,
    ): Promise<{ outputs: Values; failures: Failure[] }> {
      const type: FunctionType = findType(functionTypes, token);
      const failures = checkInputs(type, values);
      if (failures.length > 0) return { outputs: {}, failures };
      if (hasUnknown(values)) return { outputs: asUnknown(Object.keys(type.outputs)), failures };
      return { outputs: await type.invoke(contextOf(signal), values), failures };
    },
  };
}

import type { ApiClient } from '@davit/api';
import type { JsonSchema } from './schema/json-schema.ts';

/** Values of a resource by name. In a preview some are {@link unknownValue}. */
export type Values = Readonly<Record<string, unknown>>;

/** What a preview does not know yet. */
export const unknownValue: unique symbol = Symbol('unknown');

/** What a call to davit needs. */
export interface CallContext {
  readonly api: ApiClient;
  /** Aborted by the resource's timeout and by the engine's cancel. */
  readonly signal: AbortSignal;
}

/** Of a creation; the key is the same when the creation is tried again. */
export interface CreateContext extends CallContext {
  readonly urn: string;
  readonly creationKey: string;
}

/** One type of resource: a file in `resources/`, named in `resources.ts`. */
export interface ResourceType {
  /** `Service`, for `davit:index:Service`. */
  readonly name: string;
  readonly description: string;
  /** The name in a program is its name in davit, unless `name` says another. */
  readonly inputs: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  /** What davit tells beyond the inputs. */
  readonly outputs: Readonly<Record<string, JsonSchema>>;
  /** Inputs that are secret whether or not the program says so. */
  readonly secrets: readonly string[];
  /** Inputs whose change makes a new one in place of the old. */
  readonly replaces: readonly string[];
  /** Outputs that an update may change. */
  readonly changing: readonly string[];
  /** What a type demands beyond its schema. */
  check?(inputs: Values): readonly { property: string; reason: string }[];
  create(context: CreateContext, inputs: Values): Promise<{ id: string; outputs: Values }>;
  /** Undefined when it is gone. `inputs`: those of the program; undefined for an import. */
  read(
    context: CallContext,
    id: string,
    inputs: Values | undefined,
    state: Values,
  ): Promise<{ inputs: Values; outputs: Values } | undefined>;
  /** `olds`: the former inputs; `state`: with the outputs. */
  update(context: CallContext, id: string, olds: Values, news: Values, state: Values): Promise<Values>;
  /** What is gone already is no failure. */
  delete(context: CallContext, id: string): Promise<void>;
}

/** A question to davit, for programs. */
export interface FunctionType {
  /** `getProject`, for `davit:index:getProject`. */
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly outputs: Readonly<Record<string, JsonSchema>>;
  invoke(context: CallContext, inputs: Values): Promise<Values>;
}

/** It is there, but not as it should be: Pulumi keeps it, and its next update tries again. */
export class IncompleteError extends Error {
  override readonly name = 'IncompleteError';
  readonly id: string;
  readonly outputs: Values;

  constructor(message: string, { id, outputs }: { id: string; outputs: Values }) {
    super(message);
    this.id = id;
    this.outputs = outputs;
  }
}

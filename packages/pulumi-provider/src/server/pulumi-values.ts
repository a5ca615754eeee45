import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import { unknownValue, type Values } from '../resource-type.ts';

// The wire form of Pulumi's values: sdk/go/common/resource/plugin/rpc.go and properties.go of pulumi/pulumi.
const signatureKey = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';
const unknownText = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Values as they came, and which of them are secret or hold something that is. */
export interface ReadValues {
  readonly values: Values;
  readonly secrets: ReadonlySet<string>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function read(value: unknown, onSecret: () => void): unknown {
  if (value === unknownText) return unknownValue;
  if (Array.isArray(value)) return value.map((each) => read(each, onSecret));
  if (!isObject(value)) return value;
  if (value[signatureKey] === secretSignature) {
    onSecret();
    return read(value['value'], onSecret);
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, read(each, onSecret)]));
}

/** Reads a message's values. */
export function readValues(struct: structProto.Struct | undefined): ReadValues {
  const secrets = new Set<string>();
  const given = (struct?.toJavaScript() ?? {}) as Record<string, unknown>;
  const entries = Object.entries(given).map(([name, value]) => [name, read(value, () => secrets.add(name))] as const);
  // Pulumi does not tell null from what is not there.
  return { values: Object.fromEntries(entries.filter(([, value]) => value !== null)), secrets };
}

function write(value: unknown): unknown {
  if (value === unknownValue) return unknownText;
  if (Array.isArray(value)) return value.map(write);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, write(each)]));
}

/** Puts values into a message; those that are named are marked as secret, so that the state has them encrypted. */
export function writeValues(values: Values, secrets: Iterable<string>): structProto.Struct {
  const marked = new Set(secrets);
  const entries = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const written = write(value);
    const wrapped = { [signatureKey]: secretSignature, value: written };
    return [[name, marked.has(name) ? wrapped : written] as const];
  });
  return structProto.Struct.fromJavaScript(Object.fromEntries(entries) as Record<string, structProto.JavaScriptValue>);
}

/** Whether a preview does not know a value, or a part of it. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

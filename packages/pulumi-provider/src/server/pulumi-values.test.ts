import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import { expect, test } from 'vitest';
import { unknownValue } from '../resource-type.ts';
import { hasUnknown, readValues, writeValues } from './pulumi-values.ts';

// The signatures are Pulumi's own (sdk/go/common/resource/sig).
const secret = (value: unknown) => ({
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  value,
});
const message = (values: Record<string, unknown>) =>
  structProto.Struct.fromJavaScript(values as Record<string, structProto.JavaScriptValue>);

test('a secret is read as its value, and its property is known to be secret, however deep it lies', () => {
  const { values, secrets } = readValues(
    message({ name: 'web', variables: { KEY: secret('hunter2') }, list: [secret(1)] }),
  );
  expect(values).toEqual({ name: 'web', variables: { KEY: 'hunter2' }, list: [1] });
  expect(secrets).toEqual(new Set(['variables', 'list']));
});

test('what is secret is written as such, and nothing else is', () => {
  const written = writeValues({ name: 'web', value: 'hunter2', gone: undefined }, ['value']).toJavaScript();
  expect(written).toEqual({ name: 'web', value: secret('hunter2') });
});

test('what is unknown in a preview stays unknown on its way through', () => {
  const { values } = readValues(message({ url: '04da6b54-80e4-46f7-96ec-b56ff0331ba9' }));
  expect(values).toEqual({ url: unknownValue });
  expect(hasUnknown({ a: [{ b: unknownValue }] })).toBe(true);
  expect(hasUnknown({ a: ['b'] })).toBe(false);
  expect(writeValues({ list: [unknownValue] }, []).toJavaScript()).toEqual({
    list: ['04da6b54-80e4-46f7-96ec-b56ff0331ba9'],
  });
});

import { type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type FieldError, kernelErrors } from '../../kernel/app-error.ts';

// Deeper than any message of ours, whose depth is that of their schemas.
const MAX_DEPTH = 64;

function wordsOf(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}

function* faultsOf(message: ReflectMessage, path: string, depth: number): Generator<FieldError> {
  if (depth > MAX_DEPTH) {
    yield { pointer: path, detail: 'nested too deeply' };
    return;
  }
  for (const { no } of message.getUnknown() ?? [])
    yield { pointer: path, detail: `unknown field with the number ${no}` };
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    const pointer = `${path}/${field.jsonName}`;
    if (field.fieldKind === 'message') yield* faultsOf(message.get(field), pointer, depth + 1);
    else if (field.fieldKind === 'list' && field.listKind === 'message') {
      for (const [index, item] of [...message.get(field)].entries())
        yield* faultsOf(item as ReflectMessage, `${pointer}/${index}`, depth + 1);
    } else if (wordsIn(message, field).some((word) => word.includes('\0'))) {
      yield { pointer, detail: 'contains the character U+0000' };
    }
  }
}

function wordsIn(message: ReflectMessage, field: ReflectMessage['fields'][number]): string[] {
  if (field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING) return wordsOf(message.get(field));
  if (field.fieldKind === 'list') return [...message.get(field)].flatMap(wordsOf);
  if (field.fieldKind === 'map')
    return [...message.get(field)].flatMap(([key, value]) => [key, value].flatMap(wordsOf));
  return [];
}

/**
 * Refuses fields that this version does not know, which would be left out without a word, and what no text column can hold
 * (U+0000): as the REST API does.
 *
 * @throws AppError INVALID_INPUT
 */
export function checkMessage(schema: DescMessage, message: Message): void {
  const fields = [...faultsOf(reflect(schema, message), '', 0)];
  if (fields.length > 0) throw kernelErrors.INVALID_INPUT({ fields });
}

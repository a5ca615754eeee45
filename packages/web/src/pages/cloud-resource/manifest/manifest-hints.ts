import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import { fieldAt, fieldsBeside, placeOf } from './manifest-place.ts';
import { asYaml, fieldsOf, type JsonSchema, requiredOf, schemaAt, typeText, valuesOf } from './manifest-schema.ts';

/** What may follow the name of a field, so that the next thing to write is at the cursor. */
function startOf(name: string, schema: JsonSchema, column: number): string {
  const inner = ' '.repeat(column + 2);
  if (schema.type === 'object') return `${name}:\n${inner}`;
  return schema.type === 'array' ? `${name}:\n${inner}- ` : `${name}: `;
}

function describe(name: string, schema: JsonSchema, isRequired: boolean): HTMLElement {
  const box = document.createElement('div');
  box.className = 'cm-manifest-hint';
  const head = document.createElement('code');
  head.textContent = `${name}: ${typeText(schema)}`;
  box.append(head);
  const notes = [
    isRequired ? 'Required.' : '',
    schema.default === undefined ? '' : `Default: ${asYaml(schema.default)}.`,
    schema.description ?? '',
  ].filter((note) => note !== '');
  for (const note of notes) {
    const line = document.createElement('div');
    line.textContent = note;
    box.append(line);
  }
  return box;
}

/** Completes names and values by the schema of the manifest's kind. */
export function completionsOf(schemaNow: () => JsonSchema) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const before = state.sliceDoc(0, pos);
    const { path, key, typed, column } = placeOf(before);
    const around = schemaAt(schemaNow(), path);
    if (around === undefined || (typed === '' && !explicit && key === undefined)) return null;
    const from = pos - typed.length;
    if (key !== undefined) {
      const values = valuesOf(fieldsOf(around)[key] ?? schemaAt(around, [key]) ?? {});
      return values.length === 0 ? null : { from, options: values.map((label) => ({ label, type: 'enum' })) };
    }
    const beside = fieldsBeside(before, state.sliceDoc(pos));
    const required = requiredOf(around);
    const options = Object.entries(fieldsOf(around))
      .filter(([name]) => !beside.has(name))
      .map(
        ([name, schema]): Completion => ({
          label: name,
          apply: startOf(name, schema, column),
          detail: typeText(schema),
          type: 'property',
          boost: required.has(name) ? 1 : 0,
          info: () => describe(name, schema, required.has(name)),
        }),
      );
    return options.length === 0 ? null : { from, options, validFor: /^[\w.-]*$/ };
  };
}

/** What the field under the pointer is. */
export function fieldHints(schemaNow: () => JsonSchema) {
  return hoverTooltip((view: EditorView, pos: number): Tooltip | null => {
    const { doc } = view.state;
    const line = doc.lineAt(pos);
    const path = fieldAt(doc.toString().split('\n'), line.number - 1);
    const name = path?.at(-1);
    if (path === undefined || typeof name !== 'string') return null;
    const from = line.from + line.text.indexOf(name);
    if (pos < from || pos > from + name.length) return null;
    const schema = schemaAt(schemaNow(), path);
    if (schema === undefined) return null;
    const isRequired = requiredOf(schemaAt(schemaNow(), path.slice(0, -1)) ?? {}).has(name);
    return {
      pos: from,
      end: from + name.length,
      above: true,
      create: () => ({ dom: describe(name, schema, isRequired) }),
    };
  });
}

import type { ManifestFault } from './manifest-faults.ts';
import type { Validation } from './use-validation.ts';

const none: readonly ManifestFault[] = [];

function placeIn(text: string, pattern: RegExp): { line: number; column: number } {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => pattern.test(line));
  return { line: index === -1 ? 1 : index + 1, column: index === -1 ? 1 : (lines[index] ?? '').search(/\S/) + 1 };
}

/** What is wrong with a manifest that is to stay that of one resource: it names another one, or several. */
export function strangerFault(
  { resources }: Pick<Validation, 'resources'>,
  text: string,
  own: { readonly kind: string; readonly name: string },
): readonly ManifestFault[] {
  if (resources.length > 1)
    return [{ line: 1, column: 1, path: '', message: 'Several documents: this is the manifest of one resource.' }];
  const [found] = resources;
  if (found === undefined || (found.kind === own.kind && found.name === own.name)) return none;
  if (found.kind !== own.kind) {
    const message = `The kind of a cloud resource stays: ${own.kind}. Make a new one for ${found.kind}.`;
    return [{ ...placeIn(text, /^kind:/), path: 'kind', message }];
  }
  const message = `The name of a cloud resource stays: ${own.name}. Make a new one for ${found.name}.`;
  return [{ ...placeIn(text, /^\s+name:/), path: 'metadata.name', message }];
}

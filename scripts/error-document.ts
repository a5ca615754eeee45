import { glob } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError, type ErrorDefinition, kernelErrors } from '../packages/server/src/kernel/app-error.ts';
import { statusOf } from '../packages/server/src/platform/http/problem.ts';

/** One entry of the closed list, with the file that defines it. */
export interface CataloguedError extends ErrorDefinition {
  code: string;
  file: string;
}

const source = fileURLToPath(new URL('../packages/server/src/', import.meta.url));

function isCatalogue(value: unknown): value is { definitions: Record<string, ErrorDefinition> } {
  return typeof value === 'object' && value !== null && 'definitions' in value;
}

function entriesOf(file: string, exports: object): CataloguedError[] {
  return Object.values(exports)
    .filter(isCatalogue)
    .flatMap(({ definitions }) =>
      Object.entries(definitions).map(([code, definition]) => ({ code, file, ...definition })),
    );
}

/** Every error that the server can answer with: the kernel's, and those of all `*-errors.ts`. */
export async function collectErrors(): Promise<CataloguedError[]> {
  const files = await Array.fromAsync(glob('**/*-errors.ts', { cwd: source }));
  const found = await Promise.all(
    files.map(async (file) => entriesOf(file, (await import(pathToFileURL(source + file).href)) as object)),
  );
  const kernel = entriesOf('kernel/app-error.ts', { kernelErrors });
  return [...kernel, ...found.flat()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

function row(entry: CataloguedError): string {
  const status = statusOf(new AppError(entry.code, entry));
  const cells = [`\`${entry.code}\``, String(status), entry.message, entry.hint];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** docs/errors.md */
export function renderErrorDocument(errors: readonly CataloguedError[]): string {
  return [
    '# Errors',
    '',
    'Every error of the API is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem with one of these codes. The list is',
    'closed: a program may rely on a code; messages may be worded better. `hint` says what to do, `errors` names wrong fields.',
    'This page is made by `node scripts/generate-error-docs.ts`.',
    '',
    '| Code | Status | What it means | What to do |',
    '| --- | --- | --- | --- |',
    ...errors.map(row),
    '',
  ].join('\n');
}

import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { AppError, type FieldError, kernelErrors } from '../../kernel/app-error.ts';

const prefixes: Readonly<Record<string, string>> = { body: '', querystring: '/query', params: '/params' };

/** RFC 6901. */
function toPointer(prefix: string, path: readonly PropertyKey[]): string {
  const tokens = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return prefix + tokens.join('');
}

function fieldsOf(issue: z.core.$ZodIssue, prefix: string, parents: readonly PropertyKey[] = []): FieldError[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: toPointer(prefix, [...path, key]), detail: 'unknown field' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The alternative that got furthest is most likely the one that was meant.
    const [closest] = issue.errors.toSorted((a, b) => a.length - b.length);
    if (closest !== undefined && closest.length > 0) return closest.flatMap((inner) => fieldsOf(inner, prefix, path));
  }
  // Zod says of a wrong key only that it is one; what is wrong with it stands inside.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return [{ pointer: toPointer(prefix, path), detail: inner?.message ?? issue.message }];
}

/** Zod's findings as davit's error. Zod's own messages never repeat the value, which may be a secret. */
export function toInvalidInput(error: z.core.$ZodError, prefix = ''): AppError {
  return kernelErrors.INVALID_INPUT({ fields: error.issues.flatMap((issue) => fieldsOf(issue, prefix)) });
}

/** Validates with zod; every wrong field gets a JSON pointer of its own. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const prefix = prefixes[httpPart ?? 'body'] ?? '';
  return (data: unknown) => {
    const result = z.safeParse(schema, data);
    return result.success ? { value: result.data } : { error: toInvalidInput(result.error, prefix) };
  };
};

const MAX_DEPTH = 64;

function findUnstorable(root: unknown, prefix: string): FieldError | undefined {
  const open: { value: unknown; path: PropertyKey[] }[] = [{ value: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && value.includes('\0')) {
      return { pointer: toPointer(prefix, path), detail: 'contains the character U+0000' };
    }
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= MAX_DEPTH) return { pointer: toPointer(prefix, path.slice(0, 1)), detail: 'nested too deeply' };
    for (const [key, child] of Object.entries(value)) {
      if (key.includes('\0')) return { pointer: toPointer(prefix, path), detail: 'a key contains U+0000' };
      open.push({ value: child, path: [...path, key] });
    }
  }
  return undefined;
}

/**
 * Refuses what no text column can hold (U+0000) and what is nested so deeply that walking it would overflow the stack,
 * in one place instead of in every schema.
 */
export function refuseUnstorable(request: FastifyRequest, hasRawBody: boolean): void {
  const found =
    findUnstorable(request.params, '/params') ??
    findUnstorable(request.query, '/query') ??
    (hasRawBody ? undefined : findUnstorable(request.body, ''));
  if (found !== undefined) throw kernelErrors.INVALID_INPUT({ fields: [found] });
}

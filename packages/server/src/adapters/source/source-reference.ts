import { sourceErrors } from './source-errors.ts';

/** What to fetch: a branch, a tag or a commit; null is the branch that the repository's HEAD points at. */
export type SourceReference =
  | { readonly branch: string }
  | { readonly tag: string }
  | { readonly commit: string }
  | null;

const longestName = 244;

/**
 * What is wrong with the name of a branch or a tag; undefined when nothing is. The rules are those of
 * git-check-ref-format (https://git-scm.com/docs/git-check-ref-format), and stricter: no leading "-", which a command
 * could take for an option, and none of the characters that are code in a shell, since users' own scripts read the name
 * from their environment.
 */
function findRefNameFault(name: string): string | undefined {
  if (name.length === 0) return 'must not be empty';
  if (Buffer.byteLength(name) > longestName) return `must be at most ${longestName} bytes long`;
  if (name.startsWith('-')) return 'must not start with "-"';
  if (/[\u0000-\u0020\u007f-\u009f]/.test(name)) return 'must not contain spaces, line breaks or control characters';
  if (/[~^:?*[\\]/.test(name)) return 'must not contain any of ~ ^ : ? * [ \\';
  if (/[;&|<>$`"'(){}!]/.test(name)) return 'must not contain any of ; & | < > $ ` " \' ( ) { } !';
  if (name.includes('..')) return 'must not contain ".."';
  if (name === '@' || name === 'HEAD') return 'must name a branch or a tag, not HEAD';
  if (name.endsWith('.')) return 'must not end with "."';
  for (const part of name.split('/')) {
    if (part === '') return 'must not start or end with "/" or contain "//"';
    if (part.startsWith('.')) return 'must not have a part that starts with "."';
    if (part.endsWith('.lock')) return 'must not have a part that ends with ".lock"';
  }
  return undefined;
}

/** What is wrong with the name of a commit; undefined when nothing is. */
function findCommitFault(commit: string): string | undefined {
  return /^[0-9a-f]{7,64}$/i.test(commit) ? undefined : 'must be 7 to 64 hexadecimal digits';
}

function refuse(name: string, fault: string, pointer: string): never {
  throw sourceErrors.SOURCE_REF_INVALID({
    message: `The ${name} is refused: it ${fault}.`,
    fields: [{ pointer, detail: fault }],
  });
}

/**
 * A reference, judged; the digits of a commit come back in lower case.
 * @throws SOURCE_REF_INVALID naming the field below `pointer`
 */
export function parseSourceReference(reference: SourceReference, pointer = '/source/reference'): SourceReference {
  if (reference === null) return null;
  if ('branch' in reference) {
    const fault = findRefNameFault(reference.branch);
    return fault === undefined ? { branch: reference.branch } : refuse('branch', fault, `${pointer}/branch`);
  }
  if ('tag' in reference) {
    const fault = findRefNameFault(reference.tag);
    return fault === undefined ? { tag: reference.tag } : refuse('tag', fault, `${pointer}/tag`);
  }
  const fault = findCommitFault(reference.commit);
  return fault === undefined
    ? { commit: reference.commit.toLowerCase() }
    : refuse('commit', fault, `${pointer}/commit`);
}

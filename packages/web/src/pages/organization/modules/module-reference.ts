import type { Kind } from '../../../data/use-kinds.ts';

type Reference = NonNullable<Kind['module']>['reference'];

/** What of a repository a module is, as it is typed. */
export interface TypedReference {
  readonly type: 'default' | 'branch' | 'tag' | 'commit';
  readonly name: string;
}

export const referenceLabels: Readonly<Record<TypedReference['type'], string>> = {
  default: 'Default branch',
  branch: 'Branch',
  tag: 'Tag',
  commit: 'Commit',
};

/** As it is typed. */
export function typedReference(reference: Reference): TypedReference {
  if (reference === null) return { type: 'default', name: '' };
  if ('branch' in reference) return { type: 'branch', name: reference.branch };
  if ('tag' in reference) return { type: 'tag', name: reference.tag };
  return { type: 'commit', name: reference.commit };
}

/** As the API takes it; undefined where a name is missing or wrong. */
export function toReference({ type, name }: TypedReference): Reference | undefined {
  const trimmed = name.trim();
  if (type === 'default') return null;
  if (trimmed === '' || (type === 'commit' && !/^[0-9a-f]{7,64}$/.test(trimmed))) return undefined;
  if (type === 'branch') return { branch: trimmed };
  return type === 'tag' ? { tag: trimmed } : { commit: trimmed };
}

/** For a reader. */
export function describeReference(reference: Reference): string {
  const { type, name } = typedReference(reference);
  return type === 'default' ? 'default branch' : `${type} ${name}`;
}

import { isDeepStrictEqual } from 'node:util';
import type { ResourceType, Values } from './resource-type.ts';
import { withDefaults } from './schema/json-schema.ts';
import { hasUnknown } from './server/pulumi-values.ts';

/** What an update of a resource would come to. */
export interface Difference {
  readonly changed: readonly string[];
  /** Those of them that need a new resource. */
  readonly replaces: readonly string[];
  /** Whether the old one must go first, since both would have the same name in the same place. */
  readonly deleteFirst: boolean;
}

/** Compares inputs; what is left out is what its default is. */
export function compareInputs(
  { inputs, replaces }: Pick<ResourceType, 'inputs' | 'replaces'>,
  olds: Values,
  news: Values,
): Difference {
  const differs = (name: string) => {
    const schema = inputs[name] ?? {};
    if (hasUnknown(news[name])) return true;
    return !isDeepStrictEqual(withDefaults(schema, olds[name]), withDefaults(schema, news[name]));
  };
  const changed = Object.keys(inputs).filter(differs);
  const replaced = changed.filter((name) => replaces.includes(name));
  // Of what is in another project or environment, or has another name, both may be there for a while.
  const moved = changed.some((name) => name === 'name' || name.endsWith('Id'));
  return { changed, replaces: replaced, deleteFirst: replaced.length > 0 && !moved };
}

import type { Kind } from '../../../data/use-kinds.ts';
import { providerName } from '../../../ui/provider-mark.tsx';

export interface KindGroup {
  readonly provider: string | null;
  readonly title: string;
  readonly kinds: readonly Kind[];
}

/** The kinds whose name, summary or provider has each of the words, by provider. */
export function groupKinds(kinds: readonly Kind[], search: string): readonly KindGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = kinds.filter(({ name, summary, provider }) => {
    const text = [name, summary, providerName(provider)].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return [...Map.groupBy(found, ({ provider }) => provider)]
    .map(([provider, own]) => ({
      provider,
      title: providerName(provider),
      kinds: own.toSorted((one, other) => one.name.localeCompare(other.name)),
    }))
    .toSorted((one, other) => one.title.localeCompare(other.title));
}

interface Named {
  readonly name: string;
  readonly description: string;
}

/** The projects in which every word that was typed occurs, those with it in their name first; otherwise as they are. */
export function searchProjects<T extends Named>(projects: readonly T[], typed: string): readonly T[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return projects;
  const has = (text: string) => words.every((word) => text.toLocaleLowerCase().includes(word));
  const byName = projects.filter(({ name }) => has(name));
  const elsewhere = projects.filter(({ name, description }) => !has(name) && has(`${name} ${description}`));
  return [...byName, ...elsewhere];
}

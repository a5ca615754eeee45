/** A resource that a program makes, as a preview of it tells. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly parent: string;
  /** URN and id, or empty. */
  readonly provider: string;
}

/** A resource of a stack's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

export interface ImportPlan {
  /** Provider's id by URN. */
  readonly ids: ReadonlyMap<string, string>;
  /** What must be in the state with them: what they are part of, and the providers that they name. */
  readonly targets: readonly string[];
  /** Names of those that the stack has already, under the very same id. */
  readonly there: readonly string[];
}

export const nameOf = (urn: string): string => urn.split('::').slice(3).join('::');
const isImportable = ({ custom, type }: PlannedResource): boolean => custom && !type.startsWith('pulumi:');
/** A provider is written as its URN, `::` and an id. */
const providerUrn = (provider: string): string => provider.slice(0, Math.max(0, provider.lastIndexOf('::')));

function find(planned: readonly PlannedResource[], name: string): PlannedResource {
  const importable = planned.filter(isImportable);
  const names = importable.map(({ urn }) => nameOf(urn)).join(', ');
  if (importable.length === 0) throw new Error('The program makes nothing that can be imported.');
  const found = name === '' ? importable : importable.filter(({ urn }) => nameOf(urn) === name);
  const [only, ...more] = found;
  if (only === undefined) throw new Error(`The program makes no resource "${name}". It makes: ${names}.`);
  if (more.length === 0) return only;
  if (name === '') throw new Error(`The program makes several resources: say which one is meant. It makes: ${names}.`);
  const types = found.map(({ type }) => type).join(', ');
  throw new Error(`The program makes several resources "${name}" (${types}): they cannot be told apart by name.`);
}

/** A resource, what it is part of, and what these sign in with. The stack itself is always there. */
function withNeeded(urn: string, planned: ReadonlyMap<string, PlannedResource>, into: Set<string>): void {
  const resource = planned.get(urn);
  if (resource === undefined || into.has(urn) || resource.type === 'pulumi:pulumi:Stack') return;
  into.add(urn);
  withNeeded(resource.parent, planned, into);
  withNeeded(providerUrn(resource.provider), planned, into);
}

/**
 * Finds what is meant by the names of an import; the empty name is the only resource that there is.
 *
 * @throws Error that a person can act on: a name that the program has not, or one that the stack has already
 */
export function planImport(
  wanted: Readonly<Record<string, string>>,
  planned: readonly PlannedResource[],
  state: readonly StateResource[],
): ImportPlan {
  const ids = new Map<string, string>();
  const there: string[] = [];
  for (const [name, id] of Object.entries(wanted)) {
    const { urn } = find(planned, name);
    const former = state.find((each) => each.urn === urn);
    if (former === undefined) ids.set(urn, id);
    else if (former.id === id) there.push(nameOf(urn));
    else throw new Error(`The stack has "${nameOf(urn)}" already, with the id ${former.id ?? ''}.`);
  }
  const byUrn = new Map(planned.map((each) => [each.urn, each]));
  const targets = new Set<string>();
  for (const urn of ids.keys()) withNeeded(urn, byUrn, targets);
  return { ids, targets: [...targets], there };
}

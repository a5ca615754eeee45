import type { ServiceChange } from '../../../data/use-service-settings.ts';
import type { Service } from '../../../data/use-services.ts';

/** What the form has of a service; how many instances run is changed elsewhere, at once. */
export function valuesOf({ name, source, settings }: Service): ServiceChange {
  const { replicas: _replicas, processes: _processes, ...rest } = settings;
  return { name, source: { ...source }, settings: structuredClone(rest) };
}

export interface ServiceChanges {
  /** Only what differs, so that what somebody else changes meanwhile stays. */
  readonly body: ServiceChange;
  /** As setting-labels.ts names them. */
  readonly paths: readonly string[];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Groups that are one field: names in them are the user's own. */
const wholes: ReadonlySet<string> = new Set(['buildArgs', 'responseHeaders']);

/** Fields of `to` that are not as in `from`; those of groups one level deep. */
function difference(from: Record<string, unknown>, to: Record<string, unknown>): Record<string, unknown> {
  const changed = Object.entries(to).flatMap(([name, value]): [string, unknown][] => {
    const before = from[name];
    if (same(before, value)) return [];
    if (!isGroup(value) || !isGroup(before) || wholes.has(name)) return [[name, value]];
    return [[name, difference(before, value)]];
  });
  return Object.fromEntries(changed);
}

function leaves(value: Record<string, unknown>, prefix: string): string[] {
  return Object.entries(value).flatMap(([name, field]) =>
    isGroup(field) && !wholes.has(name) ? leaves(field, `${prefix}.${name}`) : [`${prefix}.${name}`],
  );
}

function changedSource(before: Service['source'], after: NonNullable<ServiceChange['source']>): string[] {
  if (before.type !== after.type) return ['source.type'];
  return Object.keys(difference({ ...before }, { ...after })).map((name) => `source.${name}`);
}

/** What a form's values change of a service. */
export function changesOf(service: Service, values: ServiceChange): ServiceChanges {
  const { name, source, sourceCredential, settings = {} } = values;
  const changedSettings = difference({ ...service.settings }, { ...settings }) as ServiceChange['settings'] & object;
  const sourcePaths = source === undefined ? [] : changedSource(service.source, source);
  const isRenamed = name !== undefined && name !== service.name;
  return {
    body: {
      ...(isRenamed ? { name } : {}),
      ...(sourcePaths.length === 0 || source === undefined ? {} : { source }),
      ...(sourceCredential === undefined ? {} : { sourceCredential }),
      ...(Object.keys(changedSettings).length === 0 ? {} : { settings: changedSettings }),
    },
    paths: [
      ...(isRenamed ? ['name'] : []),
      ...sourcePaths,
      ...(sourceCredential === undefined ? [] : ['sourceCredential']),
      ...leaves(changedSettings, 'settings'),
    ],
  };
}

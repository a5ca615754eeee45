import { z } from 'zod';
import type { ServiceSettings } from '../services/index.ts';

export const settingChangeSchema = z
  .strictObject({
    path: z.string().meta({ description: '`build.startCommand`' }),
    from: z.unknown(),
    to: z.unknown(),
  })
  .meta({ id: 'SettingChange' });
export type SettingChange = z.infer<typeof settingChangeSchema>;

/** How many instances there are follows the service at once: no deployment brings it, and no rollback takes it back. */
const live: ReadonlySet<string> = new Set(['replicas', 'processes']);

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compare(from: unknown, to: unknown, path: string): SettingChange[] {
  if (isGroup(from) && isGroup(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return names.flatMap((name) => compare(from[name], to[name], path === '' ? name : `${path}.${name}`));
  }
  const same = JSON.stringify(from) === JSON.stringify(to);
  return same ? [] : [{ path, from: from ?? null, to: to ?? null }];
}

/** What turns one release's settings into another's, field by field. */
export function compareSettings(from: ServiceSettings, to: ServiceSettings): SettingChange[] {
  return compare(from, to, '').filter(({ path }) => !live.has(path.split('.', 1)[0] ?? ''));
}

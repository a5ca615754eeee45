/** `0.4s`, `12.3s`, `2m 05s`, `3h 04m`, `2d 1h`: exact where it is short. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two((seconds % 3600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`;
}

/** How long ago, such as `2m 05s ago`. */
export function formatAge(at: string, now = Date.now()): string {
  return `${formatDuration(now - Date.parse(at))} ago`;
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment that `10m`, `2h`, `1d` or an RFC 3339 time means, in RFC 3339; undefined when it is neither. */
export function parseMoment(text: string, now = Date.now()): string | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * units[unit as keyof typeof units]).toISOString();
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** `512 B`, `3.4 KiB`, `120 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const steps = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let step = 0;
  while (value >= 1023.5 && step < steps.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${steps[step]}`;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in few words: "just now", "12 s ago", "2 min ago", "3 h ago", "5 d ago", "in 2 min"; a date beyond 30 days. Both in milliseconds. */
export function relativeTimeText(at: number, now: number): string {
  const distance = now - at;
  const size = Math.abs(distance);
  // Clocks of browser and server differ a little; "in 2 s" for what has just happened would be odd.
  if (distance > -10 * SECOND && size < 10 * SECOND) return 'just now';
  if (size >= 30 * DAY)
    return new Date(at).toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
  const amount = largestUnit(size);
  return distance < 0 ? `in ${amount}` : `${amount} ago`;
}

function largestUnit(size: number): string {
  if (size < MINUTE) return `${Math.floor(size / SECOND)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < DAY) return `${Math.floor(size / HOUR)} h`;
  return `${Math.floor(size / DAY)} d`;
}

/** How long, of at most two units: "850 ms", "12 s", "2 min 5 s", "1 h 3 min", "2 d 4 h". Milliseconds; less than nothing counts as nothing. */
export function durationText(milliseconds: number): string {
  const size = Math.max(0, milliseconds);
  if (size < SECOND) return `${Math.round(size)} ms`;
  if (size < 10 * SECOND) return `${Math.floor(size / 100) / 10} s`;
  if (size < MINUTE) return `${Math.floor(size / SECOND)} s`;
  if (size < HOUR) return two(size, MINUTE, 'min', SECOND, 's');
  if (size < DAY) return two(size, HOUR, 'h', MINUTE, 'min');
  return two(size, DAY, 'd', HOUR, 'h');
}

function two(size: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((size % large) / small);
  return rest === 0
    ? `${Math.floor(size / large)} ${largeName}`
    : `${Math.floor(size / large)} ${largeName} ${rest} ${smallName}`;
}

/** Date and time to the second with the zone, in the reader's own manner. */
export function absoluteTimeText(at: number): string {
  return new Date(at).toLocaleString(undefined, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

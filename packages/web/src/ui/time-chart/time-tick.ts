const DAY = 24 * 60 * 60;

const isMidnight = (date: Date): boolean => date.getHours() === 0 && date.getMinutes() === 0;

/** A tick of a time axis: the time of day, and the day where one begins. Both in seconds. */
export function timeTickText(at: number, stepSeconds: number): string {
  const date = new Date(at * 1000);
  if (stepSeconds >= DAY || isMidnight(date))
    return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
  return date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
}

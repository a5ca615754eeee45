import { sanitizeLine } from '../terminal/sanitize.ts';

/** A value on one line of a table: as it is where that is safe and clear, else as a JSON string. */
export function shownValue(value: string): string {
  return value !== '' && !/[\n\r]/.test(value) && sanitizeLine(value) === value ? value : JSON.stringify(value);
}

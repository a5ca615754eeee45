/** A time of the address (RFC 3339, UTC) as a datetime-local input has it: on the reader's clock, to the minute. */
export function toLocalInput(at: string | undefined): string {
  if (at === undefined) return '';
  const time = new Date(at);
  const onOwnClock = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return onOwnClock.toISOString().slice(0, 16);
}

/** What was entered, in UTC; undefined where nothing was. */
export function fromLocalInput(text: string): string | undefined {
  const time = new Date(text);
  return text === '' || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

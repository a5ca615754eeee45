/** What a number counts. `share` is 0 to 1. */
export type Unit = 'cores' | 'bytes' | 'bytes-per-second' | 'per-second' | 'share' | 'milliseconds' | 'count';

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Three digits that matter and no more than three after the point; what is less than that and not nothing says so. */
function numberText(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) return '< 0.001';
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)));
}

function bytesText(value: number): string {
  let size = value;
  let step = 0;
  // What would be rounded to 1024 is one of the next.
  while (Math.round(size) >= 1024 && step < SIZES.length - 1) {
    size /= 1024;
    step++;
  }
  return `${step === 0 ? Math.round(size) : numberText(size)} ${SIZES[step]}`;
}

function millisecondsText(value: number): string {
  if (value < SECOND) return `${numberText(value)} ms`;
  return value < MINUTE ? `${numberText(value / SECOND)} s` : `${numberText(value / MINUTE)} min`;
}

const writers: Record<Unit, (value: number) => string> = {
  cores: (value) => `${numberText(value)} ${value === 1 ? 'core' : 'cores'}`,
  bytes: bytesText,
  'bytes-per-second': (value) => `${bytesText(value)}/s`,
  'per-second': (value) => `${numberText(value)}/s`,
  share: (value) => `${numberText(value * 100)} %`,
  milliseconds: millisecondsText,
  count: numberText,
};

/** A number with its unit as a person reads it: "0.25 cores", "1.5 GiB", "12 KiB/s", "3.2/s", "4.5 %", "120 ms". */
export function quantityText(value: number, unit: Unit): string {
  return writers[unit](value);
}

const shorter: Partial<Record<Unit, Unit>> = { cores: 'count', 'bytes-per-second': 'bytes', 'per-second': 'count' };

/** The same for the ticks of an axis, where there is little room and the chart says what it counts. */
export function tickText(value: number, unit: Unit): string {
  return quantityText(value, shorter[unit] ?? unit);
}

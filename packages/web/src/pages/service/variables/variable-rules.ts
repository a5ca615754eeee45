/** The rules of the server for what a person types many of at once: it refuses the same, but only after it was sent. */

const nameForm = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const mostBytes = 65_536;

/** Why a variable cannot be called this; undefined when it can. */
export function faultOfName(name: string): string | undefined {
  if (!nameForm.test(name) || name === '__proto__')
    return `"${name}" is no name for a variable: letters, digits and _, not beginning with a digit.`;
  if (name === 'PORT' || name.startsWith('DAVIT_')) return `${name} is set by davit itself.`;
  return undefined;
}

/** Why a variable cannot have this value; undefined when it can. Never repeats it: it may be a secret. */
export function faultOfValue(value: string): string | undefined {
  if (value.includes('\0')) return 'The value holds a NUL, which no process can be given.';
  if (new TextEncoder().encode(value).length > mostBytes) return 'The value is longer than 64 KiB.';
  return undefined;
}

import { z } from 'zod';

/** Portable names: what every shell and every language can read. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'letters, digits and _, not beginning with a digit (at most 255)')
  // The one name that no object of JavaScript can hold: it would vanish on its way into a release.
  .refine((name) => name !== '__proto__', 'is no name that can be kept');

/** Any text of at most 64 KiB; kept byte for byte. NUL cannot be passed to a process. */
export const variableValue = z
  .string()
  .refine((value) => !value.includes('\0'), 'must not contain a NUL byte')
  .refine((value) => Buffer.byteLength(value) <= 65_536, 'must be at most 64 KiB');

/** Names that davit sets itself; a service cannot replace them. */
const reservedNames: ReadonlySet<string> = new Set(['PORT']);
const reservedPrefix = 'DAVIT_';

/** Whether davit gives this variable itself. */
export function isReserved(name: string): boolean {
  return reservedNames.has(name) || name.startsWith(reservedPrefix);
}

const settableName = variableName.refine((name) => !isReserved(name), 'is set by davit itself');

export const variableSchema = z
  .strictObject({ name: z.string(), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() })
  .meta({ id: 'Variable' });
export type Variable = z.infer<typeof variableSchema>;

export const variableListSchema = z
  .strictObject({
    items: z.array(variableSchema),
    /** True when a variable changed after the active release was made: a deployment brings it in. */
    pendingDeployment: z.boolean(),
  })
  .meta({ id: 'VariableList' });

export const setVariableBody = z.strictObject({ name: settableName, value: variableValue }).meta({ id: 'SetVariable' });
export const changeVariableBody = z.strictObject({ value: variableValue }).meta({ id: 'ChangeVariable' });

/** The whole set: either an object, or the text of a dotenv file. */
export const replaceVariablesBody = z
  .union([
    z.strictObject({ variables: z.record(settableName, variableValue) }),
    z.strictObject({ dotenv: z.string().max(1_048_576) }),
  ])
  .meta({ id: 'ReplaceVariables' });
export type ReplaceVariables = z.infer<typeof replaceVariablesBody>;

export const revealedVariableSchema = z
  .strictObject({ name: z.string(), value: z.string() })
  .meta({ id: 'RevealedVariable' });

/** Most variables that one service may have. */
export const maxVariables = 1000;

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

/** Whose variables: those of one service, or those that all services of an environment share. */
export interface VariableOwner {
  kind: 'service' | 'environment';
  id: string;
}

const referenceSchema = z
  .strictObject({
    serviceId: z
      .string()
      .nullable()
      .meta({ description: 'Null for a shared variable, and for a service that is not there.' }),
    name: z.string(),
    text: z.string().meta({ description: 'As it is written: `${{api.URL}}`.' }),
    problem: z.string().nullable().meta({ description: 'Why a deployment would fail on it, in one sentence.' }),
  })
  .meta({ id: 'VariableReference' });

export const variableSchema = z
  .strictObject({
    name: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string().nullable().meta({ description: 'Id of the user.' }),
    references: z.array(referenceSchema),
  })
  .meta({ id: 'Variable' });
export type Variable = z.infer<typeof variableSchema>;

const variableList = z.strictObject({
  items: z.array(variableSchema),
  /** True when a deployment would bring other variables in than what serves now has. */
  pendingDeployment: z.boolean(),
});
export const variableListSchema = variableList.meta({ id: 'VariableList' });
export type VariableList = z.infer<typeof variableListSchema>;

const warnings = z
  .array(z.string())
  .meta({ description: 'What a deployment would fail on, and what is probably not meant.' });

/** A variable as it was saved. */
export const savedVariableSchema = variableSchema.extend({ warnings }).meta({ id: 'SavedVariable' });
export const savedVariableListSchema = variableList.extend({ warnings }).meta({ id: 'SavedVariableList' });

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

export const revealVariablesBody = z
  .strictObject({
    /** For a service: with its shared variables and references put in, as a deployment now would have them. */
    resolved: z.boolean().default(false),
  })
  .meta({ id: 'RevealVariables' });
export const revealedVariablesSchema = z
  .strictObject({ values: z.record(z.string(), z.string()) })
  .meta({ id: 'RevealedVariables' });

const changeKind = z.enum(['created', 'updated', 'deleted']);

/** What turns one set of variables into another. */
export const variableChangeSchema = z
  .strictObject({ name: z.string(), change: changeKind })
  .meta({ id: 'VariableChange' });

export const historyEntrySchema = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime(),
    by: z.string().nullable().meta({ description: 'Id of the user.' }),
    name: z.string(),
    change: changeKind,
  })
  .meta({ id: 'VariableHistoryEntry' });
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const restoredVariableSchema = z
  .strictObject({
    name: z.string(),
    change: changeKind.nullable().meta({ description: 'What the restore did; null when all was so already.' }),
    warnings,
  })
  .meta({ id: 'RestoredVariable' });
export type RestoredVariable = z.infer<typeof restoredVariableSchema>;

export const variableComparisonSchema = z
  .strictObject({
    otherServiceId: z
      .string()
      .nullable()
      .meta({ description: 'Null when there is no service of this name, and for shared variables.' }),
    items: z.array(
      z.strictObject({ name: z.string(), state: z.enum(['same', 'different', 'only-here', 'only-there']) }),
    ),
  })
  .meta({ id: 'VariableComparison' });
export type VariableComparison = z.infer<typeof variableComparisonSchema>;

export const completionListSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        text: z.string().meta({ description: '`${{api.URL}}`' }),
        serviceName: z.string().nullable().meta({ description: 'Null for a shared variable.' }),
        name: z.string(),
      }),
    ),
  })
  .meta({ id: 'ReferenceCompletions' });
export type CompletionList = z.infer<typeof completionListSchema>;

/** Most variables that one service may have, and most that an environment may share. */
export const maxVariables = 1000;

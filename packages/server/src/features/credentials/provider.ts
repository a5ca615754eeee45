import { z } from 'zod';
import type { GuardedFetch } from '../../platform/outbound/guarded-fetch.ts';

/** What a program is given so that the provider's own tools find the credential. */
export interface ProviderEnvironment {
  variables: Readonly<Record<string, string>>;
  /** Variables whose value is the path of a file with this content, closed to others. */
  files: Readonly<Record<string, { name: string; content: string }>>;
}

/** What a provider said to a sign-in. */
export interface Verdict {
  valid: boolean;
  /** In a sentence; holds no secret. */
  message: string;
  /** Who one is there. */
  identity?: string | undefined;
}

export interface ValidationCall {
  fetch: GuardedFetch;
  /** The provider's own address, or the one that the credential names; without a slash at its end. */
  endpoint: string;
  signal: AbortSignal;
  now: Date;
}

/** Values by field name; all texts. */
export type CredentialFields = Readonly<Record<string, string>>;

/**
 * A provider: one file. Its fields are also a message of credential.proto, of the same names; a test holds the two together.
 */
export interface Provider<Name extends string = string, Shape extends z.core.$ZodLooseShape = z.core.$ZodLooseShape> {
  /** As the API spells it: `mongodb_atlas`. */
  name: Name;
  title: string;
  /** Checks the shape of each field. Its messages never repeat a value. */
  schema: z.ZodObject<Shape, z.core.$strict>;
  /** Fields that are sealed, and shown to nobody. */
  secrets: readonly string[];
  /** Where one asks who one is. `{name}` stands for a field. */
  endpoint: string;
  /** What a program that works for somebody with this credential gets. */
  toEnvironment(fields: CredentialFields): ProviderEnvironment;
  /** One real call that needs the credential and changes nothing. @throws AppError OUTBOUND_* when there is no answer */
  validate(fields: CredentialFields, call: ValidationCall): Promise<Verdict>;
}

/** Gives a provider its precise type, and its fields a name in the OpenAPI document. */
export function defineProvider<const Name extends string, Shape extends z.core.$ZodLooseShape>(
  provider: Provider<Name, Shape>,
): Provider<Name, Shape> {
  return provider;
}

/** A secret or another text that a person pastes: one line of printable characters. */
export const token = (what: string, max = 4096) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x21-\x7e]+$/, `${what} has printable characters only, and no blank`);

/** Text that goes into an address or a header, in a provider's own spelling. */
export const word = (pattern: RegExp, expected: string) => z.string().max(256).regex(pattern, `expected ${expected}`);

/** The variables that are set, of those that may be. */
export function present(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

/** Just the variables. */
export const variablesOnly = (variables: Readonly<Record<string, string | undefined>>): ProviderEnvironment => ({
  variables: present(variables),
  files: {},
});

/** A JSON object in an answer; undefined where it is none. */
export function readJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The text at a path of an answer: `['error', 'message']`. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  let at: unknown = value;
  for (const part of path) at = (at as Record<string | number, unknown> | null | undefined)?.[part];
  return typeof at === 'string' ? at : undefined;
}

/** What a status means where a provider says no more. */
export function refusedBy(title: string, status: number, said?: string): Verdict {
  const words = said === undefined ? '' : `: ${said}`;
  if (status >= 300 && status < 400)
    return {
      valid: false,
      message: `The address of ${title} leads elsewhere (status ${status}); davit does not follow.`,
    };
  return { valid: false, message: `${title} refused it (status ${status})${words}` };
}

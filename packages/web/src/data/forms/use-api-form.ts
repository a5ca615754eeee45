import { useMemo, useState } from 'react';
import {
  type DefaultValues,
  type FieldErrors,
  type FieldPath,
  type FieldValues,
  get,
  type Resolver,
  set,
  type UseFormReturn,
  useForm,
} from 'react-hook-form';
import { ApiError, type Body } from '../api-client.ts';
import { explainError, type FormFailure } from '../explain-error.ts';
import { bodySchemas } from '../schemas.gen.ts';
import { alternativeOf, findFaults, withoutEmpty } from './body-schema.ts';
import { lookUp, parsePointer } from './json-pointer.ts';

/** The operations whose bodies the UI has a form for: found by scripts/generate-web-schemas.ts. */
type FormOperation = keyof typeof bodySchemas;

export interface ApiFormOptions<Values extends FieldValues> {
  /** A value for each field that is shown: '' for an empty text. */
  defaultValues: DefaultValues<Values>;
  /** The form of a field, or of its parts, in words, where its schema has a pattern: { name: 'Lower-case letters, digits and dashes.' } */
  patterns?: Partial<Record<FieldPath<Values>, string>>;
  /** Of a body that has several forms, the one whose property has this value: its rules alone are checked. */
  alternative?: { property: string; value: string };
}

export type ApiForm<Values extends FieldValues> = UseFormReturn<Values> & {
  /** What is wrong with a field, for Field's `error`. */
  errorOf: (path: FieldPath<Values>) => string | undefined;
  /** What is wrong with a field or, of one of many parts, with the first wrong part. */
  errorWithin: (path: FieldPath<Values>) => string | undefined;
  /** Why the whole was refused; `<FormError {...form.failure} />` */
  failure: FormFailure;
  /** For the form's `onSubmit`: checks, sends, and puts what the server refuses at the field that it is about. */
  submit: (send: (body: Values) => Promise<unknown>) => (event?: React.BaseSyntheticEvent) => void;
};

const NONE: FormFailure = { message: undefined };

/**
 * A form for the body of an operation, checked by the server's own schema before it is sent. Fields are `register`ed by their
 * names in the body. The session may expire while it is filled in: then it is sent after the new sign-in.
 */
export function useApiForm<Operation extends FormOperation>(
  operation: Operation,
  options: ApiFormOptions<Body<Operation> & FieldValues>,
): ApiForm<Body<Operation> & FieldValues> {
  type Values = Body<Operation> & FieldValues;
  const [failure, setFailure] = useState(NONE);
  const { patterns, alternative } = options;
  const schema =
    alternative === undefined
      ? bodySchemas[operation]
      : alternativeOf(bodySchemas[operation], alternative.property, alternative.value);
  const resolver = useMemo(() => createResolver<Values>(schema, patterns), [schema, patterns]);
  const form = useForm<Values>({ defaultValues: options.defaultValues, resolver, mode: 'onTouched' });
  const { errors } = form.formState;

  function submit(send: (body: Values) => Promise<unknown>) {
    const checked = form.handleSubmit(async (body) => {
      setFailure(NONE);
      try {
        await send(body);
      } catch (error) {
        setFailure(placeErrors(form, error));
      }
    });
    return (event?: React.BaseSyntheticEvent) => void checked(event);
  }

  return {
    ...form,
    errorOf: (path) => messageOf(get(errors, path)),
    errorWithin: (path) => messageWithin(get(errors, path)),
    failure,
    submit,
  };
}

function messageOf(error: unknown): string | undefined {
  const message = lookUp(error, ['message']);
  return typeof message === 'string' ? message : undefined;
}

function messageWithin(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  // An error holds its element, too, which is no part of the value.
  const parts = Object.entries(error).filter(([name, part]) => name !== 'ref' && typeof part === 'object');
  return messageOf(error) ?? parts.map(([, part]) => messageWithin(part)).find((message) => message !== undefined);
}

function createResolver<Values extends FieldValues>(
  schema: object,
  patterns: Partial<Record<string, string>> = {},
): Resolver<Values> {
  return (values, _context, { names = [] }) => {
    const body = withoutEmpty(values, schema) as Values;
    const faults = findFaults(body, schema);
    if (faults.length === 0) return { values: body, errors: {} };
    const errors: FieldErrors<Values> = {};
    for (const { path, message } of faults) {
      const words = message === 'Not in the right form.' ? (patternOf(path, patterns) ?? message) : message;
      set(errors, path === '' ? 'root' : path, { type: 'schema', message: words });
    }
    for (const name of names) markAsWrong(get(errors, name));
    return { values: {}, errors };
  };
}

/** While it is typed, a field counts as wrong only with a type of error: also one that is wrong in some of its parts. */
function markAsWrong(error: { type?: unknown } | undefined): void {
  if (error !== undefined) error.type ??= 'parts';
}

function patternOf(path: string, patterns: Partial<Record<string, string>>): string | undefined {
  const whole = Object.keys(patterns).find((field) => path === field || path.startsWith(`${field}.`));
  return whole === undefined ? undefined : patterns[whole];
}

/** Puts each of the server's faults at its field; what has no field on the page is said of the whole. */
function placeErrors<Values extends FieldValues>(form: UseFormReturn<Values>, error: unknown): FormFailure {
  const { title, hint, requestId } = explainError(error);
  const faults = error instanceof ApiError ? error.problem.errors : [];
  const elsewhere: string[] = [];
  let first = true;
  for (const { pointer, detail } of faults) {
    const parts = parsePointer(pointer);
    const place = placeOf(form, parts);
    if (place === undefined) {
      elsewhere.push(detail);
      continue;
    }
    form.setError(parts.join('.') as FieldPath<Values>, { type: 'server', message: sentence(detail) });
    if (first) form.setFocus(place);
    first = false;
  }
  if (faults.length > 0 && elsewhere.length === 0) return NONE;
  return { message: [title, ...elsewhere.map(sentence)].join(' '), hint, requestId };
}

/** The field on the page that shows what is wrong there: that of the value itself, or the one that it is a part of (a name among names). */
function placeOf<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  parts: readonly string[],
): FieldPath<Values> | undefined {
  for (let length = parts.length; length > 0; length -= 1) {
    const path = parts.slice(0, length).join('.') as FieldPath<Values>;
    if (lookUp(get(form.control._fields, path), ['_f']) !== undefined) return path;
  }
  return undefined;
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

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
import { explainError } from '../explain-error.ts';
import { bodySchemas } from '../schemas.gen.ts';
import { findFaults, withoutEmpty } from './body-schema.ts';
import { lookUp, parsePointer } from './json-pointer.ts';

/** The operations whose bodies the UI has a form for: found by scripts/generate-web-schemas.ts. */
type FormOperation = keyof typeof bodySchemas;

/** Why a form was not taken, as far as that is not about one field. Made to be spread on FormError. */
export interface FormFailure {
  readonly message: string | undefined;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface ApiFormOptions<Values extends FieldValues> {
  /** A value for each field that is shown: '' for an empty text. */
  defaultValues: DefaultValues<Values>;
  /** The form of a field in words, where its schema has a pattern: { name: 'Lower-case letters, digits and dashes.' } */
  patterns?: Partial<Record<FieldPath<Values>, string>>;
}

export type ApiForm<Values extends FieldValues> = UseFormReturn<Values> & {
  /** What is wrong with a field, for Field's `error`. */
  errorOf: (path: FieldPath<Values>) => string | undefined;
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
  const schema: object = bodySchemas[operation];
  const { patterns } = options;
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
    errorOf: (path) => messageAt(errors, path),
    failure,
    submit,
  };
}

function messageAt(errors: object, path: string): string | undefined {
  const message = lookUp(errors, [...path.split('.'), 'message']);
  return typeof message === 'string' ? message : undefined;
}

function createResolver<Values extends FieldValues>(
  schema: object,
  patterns: Partial<Record<string, string>> = {},
): Resolver<Values> {
  return (values) => {
    const body = withoutEmpty(values, schema) as Values;
    const faults = findFaults(body, schema);
    if (faults.length === 0) return { values: body, errors: {} };
    const errors: FieldErrors<Values> = {};
    for (const { path, message } of faults) {
      const words = message === 'Not in the right form.' ? (patterns[path] ?? message) : message;
      set(errors, path === '' ? 'root' : path, { type: 'schema', message: words });
    }
    return { values: {}, errors };
  };
}

/** Puts each of the server's faults at its field; what has no field on the page is said of the whole. */
function placeErrors<Values extends FieldValues>(form: UseFormReturn<Values>, error: unknown): FormFailure {
  const { title, hint, requestId } = explainError(error);
  const faults = error instanceof ApiError ? error.problem.errors : [];
  const elsewhere: string[] = [];
  let first = true;
  for (const { pointer, detail } of faults) {
    const path = parsePointer(pointer).join('.') as FieldPath<Values>;
    if (get(form.control._fields, path) === undefined) {
      elsewhere.push(detail);
      continue;
    }
    form.setError(path, { type: 'server', message: sentence(detail) }, { shouldFocus: first });
    first = false;
  }
  if (faults.length > 0 && elsewhere.length === 0) return NONE;
  return { message: [title, ...elsewhere.map(sentence)].join(' '), hint, requestId };
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

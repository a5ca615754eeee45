import { bodySchemas } from '../../../data/schemas.gen.ts';

/** A field of a provider, as the API's document describes it. */
export interface ProviderField {
  name: string;
  label: string;
  hint: string | undefined;
  isRequired: boolean;
  isSecret: boolean;
  /** A whole file (a key, a kubeconfig) and not a line. */
  isFile: boolean;
  /** Sent in base64, whatever was pasted. */
  isEncoded: boolean;
}

/** What a credential of a provider consists of. */
export interface ProviderForm {
  name: string;
  title: string;
  fields: readonly ProviderField[];
}

interface FieldSchema {
  title?: string;
  description?: string;
  writeOnly?: boolean;
  contentEncoding?: string;
  contentMediaType?: string;
}

interface AlternativeSchema {
  title?: string;
  properties: {
    provider: { const: string };
    data: { properties: Record<string, FieldSchema>; required?: readonly string[] };
  };
}

function fieldOf(name: string, schema: FieldSchema, isRequired: boolean): ProviderField {
  return {
    name,
    label: schema.title ?? name,
    hint: schema.description,
    isRequired,
    isSecret: schema.writeOnly === true,
    isFile: schema.contentMediaType !== undefined,
    isEncoded: schema.contentEncoding === 'base64',
  };
}

const alternatives = bodySchemas.createCredential.oneOf as unknown as readonly AlternativeSchema[];

/** Every provider that the server knows, by title: another one on the server is another one here. */
export const providerForms: readonly ProviderForm[] = alternatives
  .map(({ title, properties: { provider, data } }) => ({
    name: provider.const,
    title: title ?? provider.const,
    fields: Object.entries(data.properties).map(([name, schema]) =>
      fieldOf(name, schema, data.required?.includes(name) === true),
    ),
  }))
  .toSorted((one, other) => one.title.localeCompare(other.title));

export function providerTitle(name: string): string {
  return providerForms.find((each) => each.name === name)?.title ?? name;
}

/** The fields of a provider; none of one that this page does not know yet. */
export function fieldsOf(name: string): readonly ProviderField[] {
  return providerForms.find((each) => each.name === name)?.fields ?? [];
}

const looksEncoded = (text: string): boolean => /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text);

function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** What is sent: files that go in base64 may be given as they are, and what surrounds a pasted line is no part of it. */
export function toSentFields(provider: string, data: Readonly<Record<string, string>>): Record<string, string> {
  const fields = new Map(fieldsOf(provider).map((field) => [field.name, field]));
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const field = fields.get(name);
      if (field?.isEncoded !== true) return [name, value];
      return [name, looksEncoded(value) ? value.replaceAll(/\s/g, '') : encode(value)];
    }),
  );
}
